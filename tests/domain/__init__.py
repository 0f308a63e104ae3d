"""The pure core: tables of examples, and properties."""
