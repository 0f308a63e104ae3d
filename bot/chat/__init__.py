"""What the chat platforms have in common, so that each adapter holds only what is the platform's own."""
