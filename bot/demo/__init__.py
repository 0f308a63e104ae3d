"""The demo: a small workspace with three channels, four people, and an agent that asks them."""
