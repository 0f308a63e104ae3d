"""Events for readers and for monitoring."""
