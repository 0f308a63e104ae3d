"""What people say to the bot: read and printed back."""
