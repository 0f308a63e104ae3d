"""Measures: what the record says about the checkpoint, as numbers with their bounds. All of it is pure."""
