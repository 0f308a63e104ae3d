"""What Placet is, whatever the chat platform."""
