"""Looks at Microsoft Teams for a doctor; nothing is posted."""
