"""Stories of what Placet can do, one file for each capability."""
