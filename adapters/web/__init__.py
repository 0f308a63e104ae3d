"""The browser: inbox, dashboard and the pages reached from a card."""
