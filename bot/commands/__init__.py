"""The commands, one file for each group; whatever is heavy is imported when a command runs."""
