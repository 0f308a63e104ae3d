"""Tests of what rules earn and lose."""
