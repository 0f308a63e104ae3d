"""A year of history, made up: it is known what is wrong with its people and agents, and so to be found."""
