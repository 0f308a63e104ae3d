"""The browser pages, over real sockets on loopback."""
