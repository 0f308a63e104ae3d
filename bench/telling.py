"""Figures and comparisons as tables of the terminal."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from rich.console import Console
from rich.table import Table

from bench.comparison import ALLOWED, Change
from bench.reading import Reading
from bench.spelling import limit, percent, ratio, spelled

#: characters of a table, also where it goes into a file
_WIDTH = 110


def console() -> Console:
    """Where everything is told."""
    return Console(width=max(_WIDTH, Console().width), highlight=False)


def figure_table(title: str, readings: Iterable[Reading]) -> Table:
    """One figure's readings; what misses its limit is red."""
    table = Table(title=title, title_justify="left")
    table.add_column("reading")
    for column in ("value", "of its base", "limit", "± between rounds"):
        table.add_column(column, justify="right")
    table.add_column("base")
    for reading in readings:
        table.add_row(
            reading.name,
            spelled(reading.value, reading.unit),
            ratio(reading),
            limit(reading),
            percent(reading.noise) if len(reading.rounds) > 1 else "",
            reading.base or "",
            style="" if reading.holds else "red",
        )
    return table


def missed(readings: Iterable[Reading]) -> list[str]:
    """The limits that do not hold, as sentences."""
    return [
        f"{reading.name} is {_judged(reading)}, and has to be {limit(reading)}."
        for reading in readings
        if not reading.holds
    ]


def change_table(label: str, changes: Sequence[Change]) -> Table:
    """What changed beyond the noise, the worst first."""
    table = Table(title=f"Beside {label}: what changed beyond the noise", title_justify="left")
    table.add_column("reading")
    for column in ("before", "now", "change", "noise"):
        table.add_column(column, justify="right")
    table.add_column("")
    told = [change for change in changes if change.is_told or change.fell]
    for change in sorted(told, key=lambda each: -each.worse):
        table.add_row(
            change.name,
            _judged(change.before),
            _judged(change.after),
            f"{percent(abs(change.worse))} {'worse' if change.worse > 0 else 'better'}",
            percent(change.noise),
            verdict(change),
            style="red" if change.fails else "",
        )
    return table


def verdict(change: Change) -> str:
    """Why a change fails, if it does."""
    if change.fell:
        return f"no longer {limit(change.after)}"
    return f"more than {percent(ALLOWED)}" if change.fails else ""


def _judged(reading: Reading) -> str:
    return ratio(reading) or spelled(reading.value, reading.unit)
