"""Tests of how a doctor reaches an installation."""
