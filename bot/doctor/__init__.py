"""Looking at an installation, part by part, and saying what to do about it."""
