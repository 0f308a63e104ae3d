"""Signed Slack traffic in, blocks within limits out."""
