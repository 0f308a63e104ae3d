"""Tests of how a doctor looks at Teams."""
