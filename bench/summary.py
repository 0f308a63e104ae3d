"""The table at the top of the documents: each goal, what was measured, whether it is held."""

from __future__ import annotations

from bench.goals import Goal, all_goals
from bench.reading import Reading
from bench.results import Results
from bench.run import POSTGRES, SPELLED, SQLITE
from bench.spelling import limit, ratio, spelled

#: the name of its place in a page
SUMMARY = "summary"
_HEAD = ("| | goal | SQLite | PostgreSQL | |", "| --- | ---: | ---: | ---: | --- |")
_HELD, _UNMEASURED = "held", "not measured yet"


def summary(results: Results, before: str) -> str:
    """The table; what these results do not have stays as it was in the one before."""
    kept = {_title(line): line for line in before.splitlines() if line.startswith("| ")}
    rows = [_row(goal, results, kept) for goal in all_goals(results)]
    return "\n".join([_told(rows), "", *_HEAD, *rows])


def _row(goal: Goal, results: Results, kept: dict[str, str]) -> str:
    readings = {engine: goal.read(results, engine) for engine in (SQLITE, POSTGRES)}
    measured = {engine: reading for engine, reading in readings.items() if reading is not None}
    if not measured:
        return kept.get(goal.title) or _line(goal.title, "", "", "", _UNMEASURED)
    limits = " / ".join(dict.fromkeys(filter(None, map(limit, measured.values()))))
    cells = (_cell(reading) for reading in readings.values())
    return _line(goal.title, limits, *cells, _verdict(measured))


def _cell(reading: Reading | None) -> str:
    if reading is None:
        return "–"
    told = ratio(reading) or spelled(reading.value, reading.unit)
    return told if reading.holds else f"**{told}**"


def _verdict(measured: dict[str, Reading]) -> str:
    missed = [SPELLED[engine] for engine, reading in measured.items() if not reading.holds]
    if not missed:
        return _HELD
    return "**missed**" if len(missed) == len(measured) else f"**missed on {missed[0]}**"


def _told(rows: list[str]) -> str:
    verdicts = [row.rsplit("|", 2)[1].strip() for row in rows]
    measured = [each for each in verdicts if each != _UNMEASURED]
    missed = sum(each != _HELD for each in measured)
    if not missed:
        return f"**Every one of {len(measured)} goals is held.**"
    return f"**Of {len(measured)} goals {len(measured) - missed} are held and {missed} missed.**"


def _line(*cells: str) -> str:
    return "| " + " | ".join(cells) + " |"


def _title(line: str) -> str:
    return line.split("|", 2)[1].strip()
