"""Files that commands write: a folder that is not there, a full disk, are sentences."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from bot.domain.errors import PlacetError


class NotWritten(PlacetError):
    """The file cannot be written."""

    code = "not_written"


@contextmanager
def written_to(file: Path | None) -> Iterator[None]:
    """Raise `NotWritten` where the disk refuses what is written inside; standard output is none of its."""
    try:
        yield
    except OSError as error:
        if file is None:
            raise
        raise NotWritten(f"{file} cannot be written: {error.strerror or error}.") from None
