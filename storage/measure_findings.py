"""Findings: sums put together as the mathematics of `domain.measures` asks for them."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import date
from typing import Any, TypeVar

from sqlalchemy import Connection, Row, select

from bot.domain.directory import Directory
from bot.domain.measures.calibration import calibration
from bot.domain.measures.ceremonies import Gate, ceremonies
from bot.domain.measures.days import Day
from bot.domain.measures.drift import Version, drifts
from bot.domain.measures.findings import Calibration, Findings, Load
from bot.domain.measures.loads import load, overloads
from bot.domain.measures.query import Eyes, Query
from bot.domain.measures.rate import Rate
from bot.domain.measures.rows import bins, counted, spread
from bot.domain.measures.stamping import Votes, rubber_stamps
from bot.domain.measures.tally import Tally
from bot.domain.status import Mode
from storage.measure_cells import cells
from storage.measure_reports import tally_of
from storage.measure_tables import MeasureDayRow
from storage.measure_waiting import waiting
from storage.terms_book import TermsBook

K = TypeVar("K")

_day = MeasureDayRow.__table__  # type: ignore[attr-defined]  # SQLModel adds it at class creation

#: a person and an action
_Own = tuple[str, str]


def findings(connection: Connection, query: Query, directory: Directory, terms: TermsBook) -> Findings:
    """What the numbers of a query give reason to look into."""
    query = replace(query, by=None, weekly=False)
    requests = cells(connection, query, of_reviewers=False)
    requests = [cell for cell in requests if not cell.reviewer]
    votes = cells(connection, query, of_reviewers=True)
    days = _days(connection, query, {(cell.reviewer, cell.action) for cell in votes})
    loads = _loads(days, waiting(connection, query, directory, terms))
    per_day = _per_day(days)
    # Somebody who leads nothing sees their own votes, and nobody to compare them with.
    led = cells(connection, replace(query, eyes=Eyes(actions=query.eyes.actions)), of_reviewers=True)
    return Findings(
        rubber_stamps=rubber_stamps(_votes(led, days)),
        overloads=overloads(per_day, loads),
        ceremonial_gates=() if query.eyes.agent else ceremonies(_gates(requests)),
        drifts=drifts(_versions(requests)),
        calibrations=_calibrations(requests),
        loads=loads,
    )


def _sums(there: Iterable[Row[Any]], key: Callable[[Row[Any]], K]) -> dict[K, Tally]:
    sums: defaultdict[K, Tally] = defaultdict(Tally)
    for cell in there:
        sums[key(cell)] += tally_of(cell)
    return sums


def _gates(requests: Iterable[Row[Any]]) -> Iterable[Gate]:
    asked = (cell for cell in requests if cell.mode == Mode.GATE)
    for (action, rule), tally in _sums(asked, lambda cell: (cell.action, cell.rule)).items():
        yield Gate(
            action=action, rule=rule, clean=_clean(tally), deliberation=spread(tally)["deliberation"].median
        )


def _versions(requests: Sequence[Row[Any]]) -> list[Version]:
    since: dict[tuple[str, str, str], str] = {}
    for cell in requests:
        key = (cell.agent, cell.action, cell.agent_version)
        since[key] = min(since.get(key, cell.week), cell.week)
    sums = _sums(requests, lambda cell: (cell.agent, cell.action, cell.agent_version))
    return [
        Version(
            agent=agent,
            action=action,
            version=version,
            since=date.fromisoformat(since[agent, action, version]),
            clean=_clean(tally),
        )
        for (agent, action, version), tally in sums.items()
        if version
    ]


def _calibrations(requests: Sequence[Row[Any]]) -> tuple[Calibration, ...]:
    sums = _sums(requests, lambda cell: (cell.agent, cell.action))
    found = (calibration(agent, action, *bins(tally)) for (agent, action), tally in sums.items())
    stated = (each for each in found if each.n)
    return tuple(sorted(stated, key=lambda each: (not each.is_off, -each.certain, each.agent, each.action)))


def _clean(tally: Tally) -> Rate:
    by_name = counted(tally)
    return Rate(hits=by_name["clean"], of=by_name["approved"] + by_name["rejected"])


def _votes(led: Sequence[Row[Any]], days: Mapping[_Own, Mapping[str, Day]]) -> list[Votes]:
    names = ("approved", "rejected", "hasty", "timed", "went_wrong", "proved", "disagreed", "sampled")
    found = []
    for (reviewer, action), tally in _sums(led, lambda cell: (cell.reviewer, cell.action)).items():
        by_name = counted(tally)
        given = {name: by_name[name] for name in names}
        streak = _streak(days.get((reviewer, action), {}))
        found.append(Votes(reviewer=reviewer, action=action, streak=streak, **given))
    return found


def _streak(days: Mapping[str, Day]) -> int:
    whole = Day()
    for _, day in sorted(days.items()):
        whole = whole.then(day)
    return whole.longest


def _days(connection: Connection, query: Query, seen: Collection[_Own]) -> dict[_Own, dict[str, Day]]:
    """Everybody's days, by action, as far as the asker may see them."""
    asked = select(_day).where(
        _day.c.day >= query.period.from_.isoformat(), _day.c.day < query.period.until.isoformat()
    )
    found: defaultdict[_Own, dict[str, Day]] = defaultdict(dict)
    for row in connection.execute(asked):
        if (row.person, row.action) in seen:
            day = Day(votes=row.votes, opening=row.opening, closing=row.closing, longest=row.longest)
            found[row.person, row.action][row.day] = day
    return found


def _per_day(days: Mapping[_Own, Mapping[str, Day]]) -> dict[str, list[int]]:
    """How much each person decided on each day they decided anything."""
    found: defaultdict[str, defaultdict[str, int]] = defaultdict(lambda: defaultdict(int))
    for (person, _), by_day in days.items():
        for day, votes in by_day.items():
            found[person][day] += votes.votes
    return {person: [n for n in by_day.values() if n] for person, by_day in found.items()}


def _loads(days: Mapping[_Own, Mapping[str, Day]], wait: Mapping[str, int]) -> tuple[Load, ...]:
    found = [load(person, per_day, wait.get(person, 0)) for person, per_day in _per_day(days).items()]
    idle = [
        load(person, (), n) for person, n in wait.items() if person not in {each.reviewer for each in found}
    ]
    return tuple(sorted((*found, *idle), key=lambda each: (-each.decided, each.reviewer)))
