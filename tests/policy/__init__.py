"""Tests of the policy: read, checked, applied."""
