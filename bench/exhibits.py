"""What is shown of results: a table for each figure, pictures for those that have one.

A figure's own file registers them beside the figure; a figure without a table of its own gets the usual one.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence

from bench.figure import all_figures
from bench.reading import Reading
from bench.results import Results
from bench.spelling import limit, ratio, spelled

#: columns of numbers that a page has room for
_MOST_COLUMNS = 12

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
        if _is_drawn(results, name):
            yield name, _pictures[name][1](readings)


def _is_drawn(results: Results, name: str) -> bool:
    """What broke off in the middle has a table of what there is, and no picture."""
    return name in _pictures and bool(results.figures[name]) and name not in results.untaken


def markdown(results: Results, name: str, *, pictures_at: str) -> str:
    """A figure's table, which limits it misses, its picture, and what it was measured on."""
    all_figures()
    readings = results.figures[name]
    parts = [_tables.get(name, usual_table)(readings), _verdict(readings)]
    if _is_drawn(results, name):
        parts.append(f"![{_pictures[name][0]}]({pictures_at}/{name}.svg)")
    broke_off = [f"This broke off: {results.untaken[name]}"] if name in results.untaken else []
    notes = " ".join([*results.notes.get(name, ()), *broke_off])
    rounds = max((len(each.rounds) for each in readings), default=1)
    return "\n\n".join(part for part in [*parts, notes, measured_on(results, rounds)] if part)


def usual_table(readings: Sequence[Reading]) -> str:
    """A row for each thing that was measured, with its measures side by side; a list where they are many."""
    measures = _by_measure(readings)
    columns = [column for name, some in measures.items() for column in _columns(name, some)]
    if len(columns) > _MOST_COLUMNS:
        return _listed(readings)
    things = dict.fromkeys(each.name.rpartition("/")[0] for each in readings)
    rows = [
        [_words(thing), *(cell for some in measures.values() for cell in _cells(some.get(thing), some))]
        for thing in things
    ]
    return rows_table(["", *columns], rows, left=1)


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


def _listed(readings: Sequence[Reading]) -> str:
    rows = [
        (_words(each.name), spelled(each.value, each.unit), _of_base(each), limit(each)) for each in readings
    ]
    return rows_table(("reading", "value", "of its base", "goal"), rows, left=1)


def _by_measure(readings: Sequence[Reading]) -> dict[str, dict[str, Reading]]:
    """By the last part of the name, then by the rest of it."""
    found: dict[str, dict[str, Reading]] = {}
    for reading in readings:
        thing, _, measure = reading.name.rpartition("/")
        found.setdefault(measure, {})[thing] = reading
    return found


def _columns(measure: str, some: dict[str, Reading]) -> list[str]:
    """Of one measure: its values, shares of a base where there are any, goals where there are any."""
    bases = {each.base for each in some.values() if each.base}
    base = _words(next(iter(bases))) if len(bases) == 1 else "its base"
    return [_words(measure), *([f"of {base}"] if bases else []), *(["goal"] if _has_goals(some) else [])]


def _cells(reading: Reading | None, some: dict[str, Reading]) -> list[str]:
    """What a row has in those columns."""
    has_base = any(each.base for each in some.values())
    if reading is None:
        return [""] * (1 + has_base + _has_goals(some))
    shares = [ratio(reading)] if has_base else []
    goals = [limit(reading)] if _has_goals(some) else []
    return [spelled(reading.value, reading.unit), *shares, *goals]


def _has_goals(some: dict[str, Reading]) -> bool:
    return any(limit(each) for each in some.values())


def _of_base(reading: Reading) -> str:
    return f"{ratio(reading)} of {_words(reading.base)}" if reading.base else ""


def _words(name: str) -> str:
    """A reading's name without the strokes: `intake/sqlite/rate` is `intake SQLite rate`."""
    spelled_out = {"sqlite": "SQLite", "postgres": "PostgreSQL", "cpu": "CPU"}
    return " ".join(spelled_out.get(part, part) for part in name.replace("/", " ").split(" "))


def measured_on(results: Results, rounds: int = 0) -> str:
    """The day, the machine, the versions; and of how many rounds the medians are, where that is told."""
    taken = {0: "", 1: ", one round"}.get(rounds, f", median of {rounds} rounds")
    versions = results.versions
    return (
        f"*{results.taken_at:%Y-%m-%d}{taken}: {results.machine['cores']} cores of"
        f" {results.machine['processor']}, Python {versions['python']}, SQLite {versions['sqlite']},"
        f" PostgreSQL {versions['postgres']}, aiohttp {versions['aiohttp']},"
        f" commit {results.commit or 'unknown'}.*"
    )
