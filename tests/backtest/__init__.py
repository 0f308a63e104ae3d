"""Tests of what replays the past."""
