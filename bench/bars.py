"""One measure of everything in a figure as bars: echo, SQLite and PostgreSQL each in their colour."""

from __future__ import annotations

from collections.abc import Sequence

from bench.reading import Reading
from bench.run import POSTGRES, SPELLED, SQLITE
from bench.spelling import spelled
from bench.svg import Bar, bars


def bars_of(readings: Sequence[Reading], measure: str, title: str) -> str:
    """A picture of the readings whose names end with the measure, one database after the other."""
    some = sorted((each for each in readings if each.name.endswith(f"/{measure}")), key=_database)
    return bars(title, [_bar(each) for each in some])


def _bar(reading: Reading) -> Bar:
    thing, *on = reading.name.split("/")[:-1]
    return Bar(
        label=" on ".join([thing, *(SPELLED.get(engine, engine) for engine in on)]),
        value=reading.value,
        text=spelled(reading.value, reading.unit),
        kind=_database(reading),
    )


def _database(reading: Reading) -> int:
    return 1 if SQLITE in reading.name else 2 if POSTGRES in reading.name else 0
