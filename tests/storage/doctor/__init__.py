"""Tests of how a doctor looks at a database."""
