"""Slack: presses and mentions in, review cards out."""
