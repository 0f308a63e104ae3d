"""Microsoft Teams: presses and mentions in, review cards out."""
