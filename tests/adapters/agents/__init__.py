"""The HTTP API and the callbacks, over real sockets on loopback."""
