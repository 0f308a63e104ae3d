"""The browser: an inbox of review cards that stays live, and decides by the same rules as the chats."""
