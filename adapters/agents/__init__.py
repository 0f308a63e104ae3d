"""The agent platforms: requests in, answers and signed callbacks out."""
