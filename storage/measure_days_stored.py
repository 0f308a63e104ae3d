"""The stored votes of single days: how far a day came, or each vote of it."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any, NamedTuple, TypeAlias

from sqlalchemy import Connection, Select, func, select

from bot.domain.measures.days import Day
from bot.domain.status import DecisionType
from storage.among import among
from storage.measure_tables import MeasureDayRow, MeasureVoteRow
from storage.stamps import from_stamp, to_stamp

_vote = MeasureVoteRow.__table__  # type: ignore[attr-defined]  # SQLModel adds it at class creation
_day = MeasureDayRow.__table__  # type: ignore[attr-defined]  # likewise

#: a person and a day (UTC), `2026-03-02`
Key: TypeAlias = tuple[str, str]


class Said(NamedTuple):
    """A vote as days need it, to be sorted by time."""

    at: datetime
    request_id: str
    person: str
    action: str
    decision: DecisionType

    @property
    def key(self) -> Key:
        """Whose day it was cast on."""
        return self.person, self.at.date().isoformat()


@dataclass(frozen=True, slots=True)
class Standing:
    """How far a person's day came: of each action what it adds up to, and when they voted last."""

    last_at: datetime | None = None
    by_action: Mapping[str, Day] = field(default_factory=dict)

    def is_before(self, said: Said) -> bool:
        """Whether the whole of it came before a vote."""
        return self.last_at is None or self.last_at < said.at


def standing(connection: Connection, keys: Iterable[Key]) -> dict[Key, Standing]:
    """How far these days came, each by one step through the index of its votes."""
    found: dict[Key, Standing] = {}
    for day, people in _people(keys).items():
        by_action: defaultdict[str, dict[str, Day]] = defaultdict(dict)
        last: dict[str, datetime] = {}
        for row in connection.execute(_stored_days(connection, day, people)):
            whole = Day(votes=row.votes, opening=row.opening, closing=row.closing, longest=row.longest)
            by_action[row.person][row.action] = whole
            if row.last_at is not None:
                last[row.person] = from_stamp(row.last_at)
        found |= {(who, day): Standing(last.get(who), by_action[who]) for who in people}
    return found


def voted(connection: Connection, keys: Iterable[Key]) -> Iterator[Said]:
    """Every vote of these days."""
    columns = (_vote.c.at, _vote.c.request_id, _vote.c.person, _vote.c.action, _vote.c.decision)
    for day, people in _people(keys).items():
        query = select(*columns).where(among(connection, _vote.c.person, people), *_within(day))
        for at, request_id, person, action, decision in connection.execute(query).all():
            yield Said(from_stamp(at), request_id, person, action, DecisionType(decision))


def _stored_days(connection: Connection, day: str, people: Iterable[str]) -> Select[Any]:
    last_at = select(func.max(_vote.c.at)).where(_vote.c.person == _day.c.person, *_within(day))
    return select(_day, last_at.correlate(_day).scalar_subquery().label("last_at")).where(
        among(connection, _day.c.person, people), _day.c.day == day
    )


def _within(day: str) -> tuple[Any, Any]:
    begins = datetime.fromisoformat(day).replace(tzinfo=UTC)
    return _vote.c.at >= to_stamp(begins), _vote.c.at < to_stamp(begins + timedelta(days=1))


def _people(keys: Iterable[Key]) -> dict[str, set[str]]:
    """Who is asked for, by day."""
    by_day: defaultdict[str, set[str]] = defaultdict(set)
    for person, day in keys:
        by_day[day].add(person)
    return by_day
