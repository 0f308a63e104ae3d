"""Tests of how a doctor looks at receivers of callbacks."""
