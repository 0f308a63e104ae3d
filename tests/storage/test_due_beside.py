"""Timers beside writes: what is due fires with whatever is written, and harms nobody."""

import asyncio
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import Connection, event

import storage.writer
from bot.domain.moves import Due, Move
from bot.domain.request import ApprovalRequest
from bot.domain.status import Status
from storage.batch_size import BatchSize
from storage.context import Batch
from storage.folding import Folder
from storage.store import SqlStore
from tests.builders import a_press, a_step
from tests.fakes.clock import MovedClock
from tests.storage.conftest import Opener
from tests.storage.steps import a_submission, count, current, rows, submitted


async def waiting(store: SqlStore, minutes: float = 15) -> ApprovalRequest:
    """A request that expires after so long."""
    return await submitted(store, steps=(a_step(wait=minutes),))


async def ended(store: SqlStore) -> int:
    """How many requests have expired."""
    return await count(store, "approval", "status = 'expired'")


async def told(fired: list[int], times: int) -> list[int]:
    """What was fired, once it was told of so many times."""
    async with asyncio.timeout(60):
        while len(fired) < times:
            await asyncio.sleep(0.001)
    return fired


@pytest.fixture
def fired() -> list[int]:
    """How many requests changed, each time something was told."""
    return []


def ordered(store: SqlStore, clock: MovedClock, fired: list[int], minutes: float = 60) -> None:
    """Let writes fire what is due."""
    store.fire_beside(clock() + timedelta(minutes=minutes), fired.append)


async def test_a_write_fires_what_is_due_only_while_somebody_ordered_it(
    store: SqlStore, clock: MovedClock, fired: list[int]
) -> None:
    request = await waiting(store)
    clock.advance(minutes=16)
    await store.submit(a_submission())
    assert await ended(store) == 0

    ordered(store, clock, fired)
    answer = await store.submit(a_submission())

    assert answer.code == "created"
    assert (await current(store, request)).status is Status.EXPIRED
    assert await told(fired, 1) == [1]


async def test_a_clock_that_leapt_beyond_the_order_fires_nothing(
    store: SqlStore, clock: MovedClock, fired: list[int]
) -> None:
    await waiting(store)
    ordered(store, clock, fired, minutes=14)
    clock.advance(minutes=16)
    await store.submit(a_submission())

    assert await ended(store) == 0


async def test_each_transaction_of_a_long_line_fires_what_came_due_meanwhile(
    open_store: Opener, clock: MovedClock, fired: list[int], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(BatchSize, "most", lambda *_: 3)
    store = open_store()
    for minutes in range(1, 5):
        await waiting(store, minutes)
    ordered(store, clock, fired)
    await store.submit(a_submission())
    with held(store) as (holding, stamps):
        calls = [asyncio.ensure_future(store.submit(a_submission())) for _ in range(12)]
        await asyncio.sleep(0)
        # Each transaction takes a minute, and in each minute a timer is due.
        stamps(lambda: clock.advance(minutes=1))
    await asyncio.gather(holding, *calls)

    late = "SELECT audit_event.at - approval.created_at AS after FROM audit_event JOIN approval"
    found = await rows(store, f"{late} ON approval.id = subject WHERE kind = 'request.expired' ORDER BY 1")
    assert [row.after / 60e6 for row in found] == [1, 2, 3, 4]
    assert sum(await told(fired, 4)) == 4


@contextmanager
def held(store: SqlStore) -> Iterator[tuple[asyncio.Future[None], Callable[[Callable[[], None]], None]]]:
    """The writer held by a command until the end; a function runs before each of its transactions."""
    go_on = threading.Event()

    def hold(_connection: Connection, _batch: Batch) -> None:
        assert go_on.wait(60)

    def before_each(run: Callable[[], None]) -> None:
        event.listen(store._writes, "commit", lambda _: run())

    yield asyncio.ensure_future(store.write(hold)), before_each
    go_on.set()


async def test_however_much_is_due_who_came_first_is_served_with_it(
    open_store: Opener, clock: MovedClock, fired: list[int], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(storage.writer, "MOST", 2)
    store = open_store()
    for _ in range(7):
        await waiting(store)
    clock.advance(minutes=16)
    ordered(store, clock, fired)
    ends = []
    for _ in range(5):
        answer = await store.submit(a_submission())
        ends.append(await ended(store))
        assert answer.code == "created"

    assert ends == [2, 4, 6, 7, 7]
    assert await told(fired, 4) == [2, 2, 2, 1]


async def test_a_timer_that_cannot_fire_harms_nobody_and_rests_once_it_was_asked_for_alone(
    open_store: Opener, clock: MovedClock, fired: list[int], monkeypatch: pytest.MonkeyPatch
) -> None:
    store = open_store()
    request = await waiting(store)
    clock.advance(minutes=16)
    fold = Folder.fold

    def failing(folder: Folder, move: Move) -> Any:
        if not isinstance(move, Due):
            return fold(folder, move)
        raise RuntimeError("This timer is bad.")

    monkeypatch.setattr(Folder, "fold", failing)
    ordered(store, clock, fired)
    assert (await store.submit(a_submission())).code == "created"
    assert (await store.submit(a_submission())).code == "created"
    assert await store.fire_due(10) == 0
    monkeypatch.undo()
    assert await store.fire_due(10) == 0
    clock.advance(minutes=1)
    await store.next_timer()
    ordered(store, clock, fired)
    await store.submit(a_submission())

    assert (await current(store, request)).status is Status.EXPIRED
    assert await told(fired, 1) == [1]


async def test_a_press_that_comes_with_its_timer_is_first(
    store: SqlStore, clock: MovedClock, fired: list[int]
) -> None:
    request = await waiting(store)
    clock.advance(minutes=16)
    ordered(store, clock, fired)
    await store.move(a_press(request))

    assert (await current(store, request)).status is Status.APPROVED


async def test_nothing_is_looked_for_before_the_next_timer(
    store: SqlStore, clock: MovedClock, fired: list[int]
) -> None:
    await waiting(store)
    ordered(store, clock, fired)
    await store.submit(a_submission())
    looked = list[str]()
    event.listen(
        store._writes, "before_cursor_execute", lambda _c, _k, sql, *_: looked.append(sql), named=False
    )
    await store.submit(a_submission())

    assert looked
    assert not [sql for sql in looked if "due_at <=" in sql]
