"""Copies of the database, and their way back."""
