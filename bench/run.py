"""The round that a figure is taken in: how much to do, in which order, on which databases."""

from __future__ import annotations

import os
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import count
from pathlib import Path
from typing import TypeVar

from tests.postgres import postgres

SQLITE, POSTGRES = "sqlite", "postgres"
#: how the two are called in tables
SPELLED = {SQLITE: "SQLite", POSTGRES: "PostgreSQL"}

_T = TypeVar("_T")
_numbers = count(1)


@dataclass(frozen=True, slots=True, kw_only=True)
class Run:
    """One round."""

    #: from 0
    round: int = 0
    #: shows that everything works, in as little time as that takes; the figures say nothing
    quick: bool = False
    #: databases that were asked for
    databases: tuple[str, ...] = (SQLITE, POSTGRES)
    #: takes a sentence that readers of the figure have to know
    note: Callable[[str], None] = print

    def pick(self, full: _T, quick: _T) -> _T:
        """How much to do: `full` for figures that count, `quick` to see that it works."""
        return quick if self.quick else full

    @property
    def engines(self) -> tuple[str, ...]:
        """The databases, the other way round in every other round, so that none is always first."""
        return self.databases[::-1] if self.round % 2 else self.databases

    @contextmanager
    def database(self, engine: str) -> Iterator[str]:
        """What PLACET_DATABASE_URL takes for a new, empty database that is gone afterwards; it syncs."""
        if engine == SQLITE:
            with tempfile.TemporaryDirectory(prefix="placet-bench-") as folder:
                yield f"sqlite:///{Path(folder) / 'bench.db'}"
            return
        # Another run may use the same server.
        name = f"bench_{os.getpid()}_{next(_numbers)}"
        with postgres("bench", durable=True) as server:
            url = server.create(name)
            try:
                yield url
            finally:
                server.drop(name)
