"""What is asked of a store again and again, each question timed alone: timers, lists, one request's audit.

Of several times the least is taken: what else goes on at a machine only ever adds to it.
"""

from __future__ import annotations

import time
from collections.abc import Awaitable, Callable, Mapping
from datetime import timedelta
from typing import TypeAlias

from sqlalchemy import Connection

from bot.domain.status import Status
from storage.audit_reading import told_of
from storage.callbacks import CallbackStore
from storage.context import Batch
from storage.store import SqlStore
from storage.timers import claim_due
from tests.builders import AGENT
from tests.fakes.clock import MovedClock

#: timers that are claimed together
CLAIMED = 100
#: seconds of answers after which a question is asked no further, if it was asked often enough for a least
LONG, OFTEN = 3.0, 3

Question: TypeAlias = Callable[[], Awaitable[object]]


async def claiming(store: SqlStore, times: int) -> float:
    """Seconds in which the writer finds and locks a hundred due timers; the least of all times."""

    def run(connection: Connection, batch: Batch) -> float:
        took = []
        for _ in range(times):
            began = time.perf_counter()
            found, _ = claim_due(connection, batch.stamp, CLAIMED)
            took.append(time.perf_counter() - began)
            assert len(found) == CLAIMED, "there have to be enough timers that are due"
        return min(took)

    return await store.write(run)


async def firing(store: SqlStore, clock: MovedClock, times: int) -> float:
    """Seconds in which a hundred due timers are claimed, folded and committed; the least of all times."""
    took = []
    for _ in range(times):
        clock.advance(seconds=CLAIMED)
        began = time.perf_counter()
        assert await store.fire_due(CLAIMED) == CLAIMED, "each of them has to escalate"
        took.append(time.perf_counter() - began)
    return min(took)


def questions(store: SqlStore, clock: MovedClock, request_id: str) -> Mapping[str, Question]:
    """What lists and pages ask, by name."""
    day = clock.now - timedelta(days=1)
    return {
        "newest": store.listing,
        "pending": lambda: store.listing(status=Status.PENDING),
        "rejected of an agent": lambda: store.listing(agent=AGENT, status=Status.REJECTED),
        "inbox": lambda: store.pending_for("ann"),
        "ended lately": lambda: store.ended_since(day, limit=100),
        "quality checks": store.open_samples,
        "dead callbacks": lambda: CallbackStore(store).listed("dead"),
        "next timer": store.next_timer,
        "work ahead": lambda: store.jobs_ahead(()),
        "backlog": lambda: store.backlog(overdue_since=day),
        "one request": lambda: store.read(request_id),
        "its audit": lambda: store.query(
            lambda connection: told_of(connection, request_id, lambda *_: False)
        ),
        "work to carry out": lambda: store.claim(limit=64, busy={}, lease=timedelta(seconds=60)),
    }


async def asked(question: Question, times: int) -> float:
    """Seconds that an answer takes; the least of all times."""
    took = []
    for _ in range(times):
        began = time.perf_counter()
        await question()
        took.append(time.perf_counter() - began)
        if sum(took) > LONG and len(took) >= OFTEN:
            break
    return min(took)
