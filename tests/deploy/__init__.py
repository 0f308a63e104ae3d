"""What surrounds the program: how it is checked, installed, run, backed up."""
