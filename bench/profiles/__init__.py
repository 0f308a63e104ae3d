"""Where the time of a request goes: stacks of a server under load, as a table by layer and as a flame graph.

py-spy reads the stacks from outside, so that the server runs as always. Only threads that hold the
interpreter's lock are counted: that is the time which a process has once, however many cores there are.
"""
