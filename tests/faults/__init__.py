"""The product under load while something beneath it is broken on purpose, and what must hold."""
