"""Logging as the server has it, into a text of its own.

What pytest captures is another file in a test than in its fixtures, and the first one is closed by then.
"""

import io
import logging
from collections.abc import Iterator
from contextlib import contextmanager, redirect_stderr

from bot import logs


@contextmanager
def written_log(*, json_lines: bool = False) -> Iterator[io.StringIO]:
    """Everything that the server writes to its log, at the level that tells most; undone afterwards."""
    root = logging.getLogger()
    handlers, level = root.handlers[:], root.level
    written = io.StringIO()
    with redirect_stderr(written):
        logs.configure(level="debug", json_lines=json_lines)
    try:
        yield written
    finally:
        root.handlers[:] = handlers
        root.setLevel(level)
