"""Firing: one timer that cannot be fired holds up no other, and is tried again."""

import logging
from datetime import timedelta

import pytest
from sqlalchemy import text

from bot.domain.request import ApprovalRequest
from bot.domain.status import Status
from storage.set_aside import REST, SetAside
from storage.store import SqlStore
from tests.builders import a_step
from tests.fakes.clock import MovedClock
from tests.storage.steps import audit, current, rows, submitted

_MINUTE = timedelta(microseconds=REST)


async def broken(store: SqlStore, clock: MovedClock, wait: int) -> tuple[ApprovalRequest, str]:
    """A request that cannot be read, as after a bad repair by hand, and what stood there before."""
    request = await submitted(store, steps=(a_step(wait=wait),))
    (row,) = await rows(store, f"SELECT progress FROM approval WHERE id = '{request.id}'")
    await write_progress(store, request, "nonsense")
    return request, row.progress


async def write_progress(store: SqlStore, request: ApprovalRequest, progress: str) -> None:
    """Write past the product."""
    change = text("UPDATE approval SET progress = :progress WHERE id = :id")
    given = {"progress": progress, "id": request.id}
    await store.write(lambda connection, _: connection.execute(change, given).rowcount)


async def test_the_others_fire_beside_one_that_cannot(
    store: SqlStore, clock: MovedClock, caplog: pytest.LogCaptureFixture
) -> None:
    before = await submitted(store, steps=(a_step(wait=5),))
    stuck, progress = await broken(store, clock, 6)
    behind = await submitted(store, steps=(a_step(wait=7),))
    later = await submitted(store, steps=(a_step(wait=60),))
    clock.advance(minutes=10)

    assert await store.fire_due(10) == 2
    assert (await current(store, before)).status is Status.EXPIRED
    assert (await current(store, behind)).status is Status.EXPIRED
    told = [record for record in caplog.records if record.levelno == logging.ERROR]
    assert [record.__dict__["request_id"] for record in told] == [stuck.id]

    # Nothing is due now, so that nobody asks again and again.
    assert await store.next_timer() == later.due_at
    assert await store.fire_due(10) == 0

    clock.advance(seconds=61)
    assert await store.next_timer() == stuck.due_at
    assert await store.fire_due(10) == 0
    assert len([record for record in caplog.records if record.levelno == logging.ERROR]) == 2

    await write_progress(store, stuck, progress)
    clock.advance(seconds=61)
    assert await store.fire_due(10) == 1
    assert (await current(store, stuck)).status is Status.EXPIRED
    assert (await audit(store)).ok


async def test_writes_fire_the_others_beside_one_that_rests(
    store: SqlStore, clock: MovedClock, caplog: pytest.LogCaptureFixture
) -> None:
    stuck, _ = await broken(store, clock, 6)
    behind = await submitted(store, steps=(a_step(wait=7),))
    clock.advance(minutes=6, seconds=30)
    assert await store.fire_due(10) == 0
    assert [record.__dict__["request_id"] for record in caplog.records] == [stuck.id]

    clock.advance(seconds=30)
    store.fire_beside(clock() + timedelta(seconds=10), lambda fired: None)
    await store.next_timer()
    await submitted(store)
    assert (await current(store, behind)).status is Status.EXPIRED


async def test_many_that_cannot_leave_room_for_one_that_can(store: SqlStore, clock: MovedClock) -> None:
    for _ in range(5):
        await broken(store, clock, 6)
    behind = await submitted(store, steps=(a_step(wait=7),))
    clock.advance(minutes=10)
    for _ in range(3):
        await store.fire_due(2)
    assert (await current(store, behind)).status is Status.EXPIRED


def test_what_rests_does_so_for_a_minute_and_no_longer_when_the_clock_is_set_back() -> None:
    aside = SetAside()
    aside.add("apr_1", 10 * REST)
    assert aside.resting(11 * REST - 1) == {"apr_1"}
    assert aside.resting(11 * REST) == frozenset()
    assert aside.resting(10 * REST - 1) == frozenset()
