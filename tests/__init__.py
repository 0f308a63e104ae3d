"""Proof that Placet keeps its promises; mirrors the tree of the code."""
