"""Profiles: stacks read, shared among layers, drawn and kept."""
