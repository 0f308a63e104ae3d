"""What people say to the bot, carried out."""
