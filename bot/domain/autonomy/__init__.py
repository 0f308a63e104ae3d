"""Autonomy: how much a rule lets run by itself, earned on evidence and lost on errors. All of it is pure."""
