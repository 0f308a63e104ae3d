"""The votes of the days that a batch of votes falls on: what came before each, and how the days add up."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import asdict
from datetime import UTC, date, datetime, time, timedelta
from typing import Any, NamedTuple

from sqlalchemy import Connection, select

from bot.domain.measures.days import day_of
from bot.domain.status import DecisionType
from storage.among import among
from storage.measure_tables import MeasureVoteRow
from storage.stamps import from_stamp, to_stamp

_vote = MeasureVoteRow.__table__  # type: ignore[attr-defined]  # SQLModel adds it at class creation


class Said(NamedTuple):
    """A vote as days need it, to be sorted by time."""

    at: datetime
    request_id: str
    person: str
    action: str
    decision: DecisionType

    @property
    def day(self) -> date:
        """The day (UTC) it was cast."""
        return self.at.date()


class Days:
    """Everybody's votes on some days: those that are stored, and those of a batch in their places."""

    def __init__(self, connection: Connection, gone: Iterable[Said], now: Iterable[Said]) -> None:
        gone, now = set(gone), set(now)
        #: what is otherwise than it was
        self._touched = {(said.person, said.day, said.action) for said in gone ^ now}
        self._votes: defaultdict[tuple[str, date], list[Said]] = defaultdict(list)
        people_by_day: defaultdict[date, set[str]] = defaultdict(set)
        for person, day, _ in self._touched:
            people_by_day[day].add(person)
        stored = (said for day, people in people_by_day.items() for said in _stored(connection, day, people))
        of_batch = (said for said in now if said.person in people_by_day[said.day])
        for said in sorted({*(set(stored) - gone), *of_batch}):
            self._votes[said.person, said.day].append(said)

    def before(self, vote: Said) -> datetime | None:
        """When the person had voted last on another request that day, None for the day's first."""
        earlier = (said.at for said in self._votes[vote.person, vote.day] if said.at < vote.at)
        return max(earlier, default=None)

    def rows(self) -> list[dict[str, Any]]:
        """The rows of the days that are otherwise now."""
        return [self._row(*touched) for touched in sorted(self._touched)]

    def _row(self, person: str, day: date, action: str) -> dict[str, Any]:
        whole = day_of(said.decision for said in self._votes[person, day] if said.action == action)
        return {"person": person, "day": day.isoformat(), "action": action, **asdict(whole)}


def _stored(connection: Connection, day: date, people: Iterable[str]) -> Sequence[Said]:
    begins = datetime.combine(day, time(), UTC)
    query = select(_vote.c.at, _vote.c.request_id, _vote.c.person, _vote.c.action, _vote.c.decision).where(
        among(connection, _vote.c.person, people),
        _vote.c.at >= to_stamp(begins),
        _vote.c.at < to_stamp(begins + timedelta(days=1)),
    )
    return [
        Said(from_stamp(row.at), row.request_id, row.person, row.action, DecisionType(row.decision))
        for row in connection.execute(query)
    ]
