"""The pure core: values and functions of them, on the standard library alone."""
