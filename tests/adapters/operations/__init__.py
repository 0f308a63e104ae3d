"""Tests of the operator's routes."""
