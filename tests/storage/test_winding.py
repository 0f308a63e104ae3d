"""The clock was set back: what waits moves with it, and what people were told stays."""

from datetime import timedelta

from bot.domain.status import Mode
from storage.memberships import Memberships
from storage.sealing import seal
from storage.store import SqlStore
from storage.winding import set_back_by, wind_back
from tests.builders import after
from tests.fakes.clock import MovedClock
from tests.storage.steps import claimed, current, later, rows, submitted

HOURS = timedelta(hours=3)


async def wound(store: SqlStore) -> int:
    """How many jobs were moved."""
    return await store.write(lambda connection, batch: wind_back(connection, batch, HOURS))


async def test_a_retry_keeps_its_distance_and_an_overdue_one_is_due_at_once(
    store: SqlStore, clock: MovedClock
) -> None:
    await submitted(store, mode=Mode.REFUSE)
    await store.settle([later(job, after(10)) for job in await claimed(store)])
    await submitted(store, mode=Mode.REFUSE)
    clock.now -= HOURS
    assert await claimed(store) == []

    assert await wound(store) >= 2
    assert len(await claimed(store)) >= 1
    clock.advance(minutes=10)
    assert len(await claimed(store)) >= 1
    assert await wound(store) >= 1, "and done again it harms nobody"


async def test_what_is_being_carried_stays_leased(store: SqlStore, clock: MovedClock) -> None:
    await submitted(store, mode=Mode.REFUSE)
    assert await claimed(store)
    clock.now -= HOURS
    await wound(store)

    assert await claimed(store) == []
    clock.advance(seconds=61)
    assert await claimed(store)


async def test_a_deadline_stays_the_moment_that_people_were_told(store: SqlStore, clock: MovedClock) -> None:
    request = await submitted(store)
    clock.now -= HOURS
    await wound(store)

    assert (await current(store, request)).progress == request.progress


async def test_who_is_in_a_group_is_asked_anew(store: SqlStore, clock: MovedClock) -> None:
    book = Memberships(store)
    lease = timedelta(seconds=30)
    assert await book.claim({"slack:T1/S1"}, urgent=(), limit=1, lease=lease)
    clock.now -= HOURS
    await wound(store)

    assert await book.claim({"slack:T1/S1"}, urgent=(), limit=1, lease=lease)


async def test_how_far_the_clock_is_behind_is_told_by_the_last_seal(
    store: SqlStore, clock: MovedClock
) -> None:
    assert await store.write(set_back_by) == timedelta(0)
    await submitted(store)
    await store.write(lambda connection, batch: seal(connection, batch, lambda text: ("k", text)))
    assert await store.write(set_back_by) == timedelta(0)
    clock.now -= HOURS

    assert await store.write(set_back_by) == HOURS
    assert await rows(store, "SELECT 1 FROM audit_seal")
