"""Stories: an agent asks, people decide, time passes."""
