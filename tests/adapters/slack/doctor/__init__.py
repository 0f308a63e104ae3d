"""Tests of how a doctor looks at Slack."""
