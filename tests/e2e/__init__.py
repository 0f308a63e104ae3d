"""The running product against real emulators and a real browser."""
