"""Copies of the whole database, made while it is in use, and how one takes its place again."""
