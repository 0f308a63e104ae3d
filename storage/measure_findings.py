"""Findings: sums put together as the mathematics of `domain.measures` asks for them."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import date
from typing import TypeVar

from sqlalchemy import Connection

from bot.domain.directory import Directory
from bot.domain.matching import matches
from bot.domain.measures.calibration import calibration
from bot.domain.measures.ceremonies import Gate, ceremonies
from bot.domain.measures.drift import Version, drifts
from bot.domain.measures.findings import Calibration, Findings, Load
from bot.domain.measures.loads import load, overloads
from bot.domain.measures.query import Query
from bot.domain.measures.rate import Rate
from bot.domain.measures.rows import bins, counted, spread
from bot.domain.measures.stamping import Votes, rubber_stamps, suspects
from bot.domain.measures.tally import Tally
from bot.domain.status import Mode
from storage.measure_cells import Cell, cells
from storage.measure_days_read import per_day, streaks
from storage.measure_waiting import waiting
from storage.terms_book import TermsBook

K = TypeVar("K")


def findings(connection: Connection, query: Query, directory: Directory, terms: TermsBook) -> Findings:
    """What the numbers of a query give reason to look into."""
    query = replace(query, by=None, weekly=False)
    requests = cells(connection, query, of_reviewers=False)
    requests = [cell for cell in requests if not cell.slice.reviewer]
    votes = cells(connection, query, of_reviewers=True, weekly=False, times=False)
    days = per_day(connection, query, votes)
    loads = _loads(days, waiting(connection, query, directory, terms))
    return Findings(
        rubber_stamps=rubber_stamps(_votes(connection, query, votes)),
        overloads=overloads(days, loads),
        ceremonial_gates=() if query.eyes.agent else ceremonies(_gates(requests)),
        drifts=drifts(_versions(requests)),
        calibrations=_calibrations(requests),
        loads=loads,
    )


def _sums(there: Iterable[Cell], key: Callable[[Cell], K]) -> dict[K, Tally]:
    sums: defaultdict[K, Tally] = defaultdict(Tally)
    for cell in there:
        sums[key(cell)] += cell.tally
    return sums


def _gates(requests: Iterable[Cell]) -> Iterable[Gate]:
    asked = (cell for cell in requests if cell.slice.mode == Mode.GATE)
    for (action, rule), tally in _sums(asked, lambda cell: (cell.slice.action, cell.slice.rule)).items():
        yield Gate(
            action=action, rule=rule, clean=_clean(tally), deliberation=spread(tally)["deliberation"].median
        )


def _versions(requests: Sequence[Cell]) -> list[Version]:
    since: dict[tuple[str, str, str], str] = {}
    for cell in requests:
        key = (cell.slice.agent, cell.slice.action, cell.slice.agent_version)
        since[key] = min(since.get(key, cell.week), cell.week)
    sums = _sums(requests, lambda cell: (cell.slice.agent, cell.slice.action, cell.slice.agent_version))
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


def _calibrations(requests: Sequence[Cell]) -> tuple[Calibration, ...]:
    sums = _sums(requests, lambda cell: (cell.slice.agent, cell.slice.action))
    found = (calibration(agent, action, *bins(tally)) for (agent, action), tally in sums.items())
    stated = (each for each in found if each.n)
    return tuple(sorted(stated, key=lambda each: (not each.is_off, -each.certain, each.agent, each.action)))


def _clean(tally: Tally) -> Rate:
    by_name = counted(tally)
    return Rate(hits=by_name["clean"], of=by_name["approved"] + by_name["rejected"])


def _votes(connection: Connection, query: Query, votes: Sequence[Cell]) -> list[Votes]:
    """What everybody did at the actions that the asker leads: others are nobody's to compare with."""
    led = [cell for cell in votes if any(matches(each, cell.slice.action) for each in query.eyes.actions)]
    names = ("approved", "rejected", "hasty", "timed", "went_wrong", "proved", "disagreed", "sampled")
    found = []
    for (reviewer, action), tally in _sums(
        led, lambda cell: (cell.slice.reviewer, cell.slice.action)
    ).items():
        by_name = counted(tally)
        given = {name: by_name[name] for name in names}
        found.append(Votes(reviewer=reviewer, action=action, **given))
    longest = streaks(connection, query, suspects(found))
    return [replace(each, streak=longest.get((each.reviewer, each.action), 0)) for each in found]


def _loads(days: Mapping[str, Sequence[int]], wait: Mapping[str, int]) -> tuple[Load, ...]:
    found = [load(person, days.get(person, ()), wait.get(person, 0)) for person in {*days, *wait}]
    return tuple(sorted(found, key=lambda each: (-each.decided, each.reviewer)))
