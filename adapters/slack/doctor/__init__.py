"""Looks at Slack for a doctor; nothing is posted."""
