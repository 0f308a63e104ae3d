"""Other servers that hold an agent's action until a person decides, each driven as its own clients do.

Each lives in an environment of its own, made by `make peers` from what `locks/` pins.
"""
