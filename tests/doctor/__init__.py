"""Tests of what `placet doctor` stands on."""
