"""What is shown of results: a table for each figure, pictures for those that have one.

A figure's own file registers them beside the figure; a figure without a table of its own gets the usual one.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence

from bench.figure import all_figures
from bench.reading import Reading
from bench.results import Results
from bench.spelling import limit, ratio, spelled

_Table = Callable[[Sequence[Reading]], str]
_Picture = Callable[[Sequence[Reading]], str]

_tables: dict[str, _Table] = {}
_pictures: dict[str, tuple[str, _Picture]] = {}


def table(figure: str) -> Callable[[_Table], _Table]:
    """Register what makes a Markdown table of a figure's readings."""

    def register(make: _Table) -> _Table:
        _tables[figure] = make
        return make

    return register


def picture(figure: str, describes: str) -> Callable[[_Picture], _Picture]:
    """Register what draws an SVG picture of a figure's readings; `describes` says what is on it."""

    def register(draw: _Picture) -> _Picture:
        _pictures[figure] = (describes, draw)
        return draw

    return register


def pictures(results: Results) -> Iterator[tuple[str, str]]:
    """The names of the figures that have a picture, and the picture."""
    all_figures()
    for name, readings in results.figures.items():
        if name in _pictures and readings:
            yield name, _pictures[name][1](readings)


def markdown(results: Results, name: str, *, pictures_at: str) -> str:
    """A figure's table, which limits it misses, its picture, and what it was measured on."""
    all_figures()
    readings = results.figures[name]
    parts = [_tables.get(name, usual_table)(readings), _verdict(readings)]
    if name in _pictures:
        parts.append(f"![{_pictures[name][0]}]({pictures_at}/{name}.svg)")
    return "\n\n".join(part for part in [*parts, _measured_on(results)] if part)


def usual_table(readings: Sequence[Reading]) -> str:
    """Every reading in a row."""
    rows = [
        (_words(each.name), spelled(each.value, each.unit), _of_base(each), limit(each)) for each in readings
    ]
    return rows_table(("reading", "value", "of its base", "goal"), rows, left=1)


def rows_table(columns: Sequence[str], rows: Sequence[Sequence[str]], *, left: int) -> str:
    """A Markdown table; the first `left` columns hold words, the others numbers."""
    marks = ["---"] * left + ["---:"] * (len(columns) - left)
    return "\n".join("| " + " | ".join(cells) + " |" for cells in (columns, marks, *rows))


def _verdict(readings: Sequence[Reading]) -> str:
    """Which goals are missed, so that no table is read without it."""
    limited = [each for each in readings if each.floor is not None or each.bound is not None]
    missed = [each for each in limited if not each.holds]
    if not limited:
        return ""
    if not missed:
        return "Every goal is reached." if len(limited) > 1 else "The goal is reached."
    told = ", ".join(
        f"{_words(each.name)} {ratio(each) or spelled(each.value, each.unit)} ({limit(each)})"
        for each in missed
    )
    return f"**Missed: {told}.**"


def _of_base(reading: Reading) -> str:
    return f"{ratio(reading)} of {_words(reading.base)}" if reading.base else ""


def _words(name: str) -> str:
    """A reading's name without the strokes: `intake/sqlite/rate` is `intake SQLite rate`."""
    spelled_out = {"sqlite": "SQLite", "postgres": "PostgreSQL", "cpu": "CPU"}
    return " ".join(spelled_out.get(part, part) for part in name.split("/"))


def _measured_on(results: Results) -> str:
    rounds = f"median of {results.rounds} rounds" if results.rounds > 1 else "one round"
    versions = results.versions
    return (
        f"*{results.taken_at:%Y-%m-%d}, {rounds}: {results.machine['cores']} cores of"
        f" {results.machine['processor']}, Python {versions['python']}, SQLite {versions['sqlite']},"
        f" PostgreSQL {versions['postgres']}, aiohttp {versions['aiohttp']},"
        f" commit {results.commit or 'unknown'}.*"
    )
