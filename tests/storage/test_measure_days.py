"""Days add up to the same in whatever turn votes come, and cost no more the longer they are."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import asdict
from datetime import datetime, timedelta
from random import Random
from typing import Any

import pytest
from sqlalchemy import Connection, delete, insert, select

from bot.domain.measures.days import day_of
from bot.domain.status import DecisionType
from storage.among import among
from storage.measure_days import Days
from storage.measure_days_stored import Said
from storage.measure_tables import MeasureDayRow, MeasureVoteRow
from storage.stamps import to_stamp
from storage.store import SqlStore
from tests.builders import NOW
from tests.storage.conftest import Opener
from tests.storage.effort import Steps

_vote = MeasureVoteRow.__table__  # type: ignore[attr-defined]  # SQLModel adds it at class creation
_day = MeasureDayRow.__table__  # type: ignore[attr-defined]  # likewise


def _expected(votes: Iterable[Said]) -> set[tuple[Any, ...]]:
    """The rows of all days, added up at once."""
    votes = sorted(votes)
    return {
        (
            *key,
            action,
            *asdict(day_of(s.decision for s in votes if (s.key, s.action) == (key, action))).values(),
        )
        for key, action in {(said.key, said.action) for said in votes}
    }


def _before(votes: Iterable[Said], said: Said) -> datetime | None:
    return max((each.at for each in votes if each.key == said.key and each.at < said.at), default=None)


def _store(connection: Connection, gone: set[Said], now: set[Said], days: Days) -> None:
    ids = [said.request_id for said in gone]
    connection.execute(delete(_vote).where(among(connection, _vote.c.request_id, ids)))
    rest = {"week": "2026-03-02", "slice": 1, "hasty": False}
    for said in now:
        values = said._asdict() | {"at": to_stamp(said.at), "decision": said.decision.value}
        connection.execute(insert(_vote).values(**values, **rest))
    for row in days.rows():
        same = [_day.c[name] == row[name] for name in ("person", "day", "action")]
        connection.execute(delete(_day).where(*same))
        connection.execute(insert(_day).values(row))


class _Reviewers:
    """Make votes: mostly one after the other, now and then out of turn, changed or taken away."""

    def __init__(self, seed: int) -> None:
        self._random = Random(seed)
        self._at, self._count = NOW, 0
        self.votes: dict[str, Said] = {}

    def step(self) -> tuple[set[Said], set[Said]]:
        """What is gone and what is there instead: the next of them, and some that stay as they are."""
        pick = self._random
        known = pick.sample(sorted(self.votes.values()), min(len(self.votes), pick.choice((0, 0, 1, 3))))
        now = {said for said in known if pick.random() < 0.9}
        if pick.random() < 0.2:
            now = {said._replace(decision=pick.choice(list(DecisionType))) for said in now}
        now |= {self._new() for _ in range(pick.randint(0, 4))}
        for said in known:
            del self.votes[said.request_id]
        self.votes |= {said.request_id: said for said in now}
        return set(known), now

    def _new(self) -> Said:
        pick = self._random
        self._count += 1
        self._at += timedelta(minutes=pick.choice((0, 1, 30, 200)))
        at = self._at if pick.random() < 0.9 else self._at - timedelta(minutes=pick.randint(0, 2000))
        person, action = pick.choice(("ann", "ben")), pick.choice(("refund.issue", "mail.send"))
        # Ids come in another order than votes.
        request_id = f"apr_{pick.randrange(10**6):06d}{self._count}"
        return Said(at, request_id, person, action, pick.choice(list(DecisionType)))


@pytest.mark.parametrize("seed", range(4))
async def test_days_add_up_to_the_same_in_whatever_turn_votes_come(store: SqlStore, seed: int) -> None:
    reviewers = _Reviewers(seed)

    def run(connection: Connection, _: object) -> None:
        for _step in range(60):
            gone, now = reviewers.step()
            days = Days(connection, gone, now)
            there = list(reviewers.votes.values())
            for said in now - gone:
                assert days.before(said) == _before(there, said)
            _store(connection, gone, now, days)
            stored = {tuple(row) for row in connection.execute(select(_day)) if row.votes}
            assert stored == _expected(there)

    await store.write(run)


async def test_one_more_vote_costs_no_more_late_on_a_busy_day(sqlite_database: str, open_at: Opener) -> None:
    store = open_at(sqlite_database)

    def said(number: int) -> Said:
        at = NOW + timedelta(seconds=number)
        return Said(at, f"apr_{number}", "ann", "refund.issue", DecisionType.APPROVE)

    steps = Steps(store)

    def cost(connection: Connection, first: int, many: int) -> int:
        """Steps of one more vote, after so many others."""
        now = {said(number) for number in range(first, many)}
        _store(connection, set(), now, Days(connection, (), now))
        before = steps.taken
        days = Days(connection, (), {said(many)})
        assert days.before(said(many)) == said(many - 1).at
        return steps.taken - before

    async def costs(first: int, many: int) -> int:
        return await store.write(lambda connection, _: cost(connection, first, many))

    few, lots = await costs(0, 10), await costs(10, 2_000)
    assert 0 < lots <= 2 * few
