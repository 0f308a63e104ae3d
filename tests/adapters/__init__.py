"""What each outside party sends, and what it is sent."""
