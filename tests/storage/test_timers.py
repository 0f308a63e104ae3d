"""Timers: rows with a due time, folded once, the most overdue first."""

import asyncio
from datetime import timedelta

import psycopg

from bot.domain.request import ApprovalRequest
from bot.domain.status import Status
from bot.ports import JobsAhead
from storage.store import SqlStore
from tests.builders import NOW, a_press, a_step, after
from tests.fakes.clock import MovedClock
from tests.storage.conftest import Opener
from tests.storage.steps import (
    Company,
    at_once,
    audit,
    claimed,
    count,
    current,
    done,
    in_one_batch,
    rows,
    submitted,
)


async def fire_all(store: SqlStore) -> int:
    """Fire until nothing is due; how many requests changed."""
    fired = 0
    while changed := await store.fire_due(10):
        fired += changed
    return fired


async def test_nothing_fires_before_its_time(store: SqlStore, clock: MovedClock) -> None:
    request = await submitted(store)
    clock.advance(minutes=15, seconds=-0.000001)
    assert await store.fire_due(100) == 0

    clock.advance(seconds=0.000001)
    assert await store.fire_due(100) == 1
    assert await store.fire_due(100) == 0
    assert (await current(store, request)).progress.step == 2


async def test_the_most_overdue_fires_first(store: SqlStore, clock: MovedClock) -> None:
    waits = (20, 5, 30, 10, 25)
    requests = {wait: await submitted(store, steps=(a_step(wait=wait), a_step())) for wait in waits}
    clock.advance(hours=1)

    for fired in range(1, 6):
        assert await store.fire_due(1) == 1
        left = {wait for wait, request in requests.items() if (await _step(store, request)) == 1}
        assert left == set(sorted(waits)[fired:])


async def _step(store: SqlStore, request: ApprovalRequest) -> int:
    return (await current(store, request)).progress.step


async def test_a_request_that_was_decided_has_no_timer(store: SqlStore, clock: MovedClock) -> None:
    request = await submitted(store)
    await store.move(a_press(request))
    clock.advance(days=30)

    assert await store.fire_due(100) == 0
    assert await count(store, "approval", "due_at IS NOT NULL") == 0


async def test_a_press_and_the_timer_in_one_batch_leave_one_end(store: SqlStore, clock: MovedClock) -> None:
    request = await submitted(store, steps=(a_step(),))
    clock.advance(minutes=15)
    await in_one_batch(store, store.move(a_press(request)), store.fire_due(10))

    assert (await current(store, request)).status is Status.APPROVED
    assert await count(store, "audit_event", "kind = 'request.expired'") == 0


async def test_two_processes_fire_every_timer_once(
    open_store: Opener, clock: MovedClock, company: Company
) -> None:
    company.limit_open_requests(0)
    stores = [open_store(), open_store()]
    await at_once([submitted(stores[0], steps=(a_step(),)) for _ in range(200)])
    clock.advance(minutes=16)
    fired = await at_once([fire_all(store) for store in stores])

    assert sum(fired) == 200
    assert await count(stores[0], "audit_event", "kind = 'request.expired'") == 200
    assert await count(stores[0], "approval", "status = 'expired'") == 200
    assert (await audit(stores[0])).ok


async def test_a_timer_that_somebody_else_holds_is_passed_over(
    open_at: Opener, postgres_database: str, clock: MovedClock
) -> None:
    store = open_at(postgres_database)
    held, free = await submitted(store), await submitted(store)
    clock.advance(minutes=15)
    with psycopg.connect(postgres_database) as other:
        other.execute("SELECT 1 FROM approval WHERE id = %s FOR UPDATE", [held.id])
        async with asyncio.timeout(60):
            assert await store.fire_due(10) == 1
    assert (await current(store, free)).progress.step == 2
    assert await store.fire_due(10) == 1


async def test_timers_fire_one_after_the_other_until_the_request_expires(
    store: SqlStore, clock: MovedClock
) -> None:
    steps = (a_step(remind_every=timedelta(minutes=5)), a_step())
    request = await submitted(store, steps=steps)
    for _ in range(12):
        clock.advance(minutes=5)
        while await store.fire_due(10):
            pass

    kinds = [row.kind for row in await rows(store, "SELECT kind FROM audit_event ORDER BY seq")]
    assert kinds.count("reminder.due") == 2
    assert kinds.count("request.escalated") == 1
    assert kinds[-1] == "request.expired"
    assert (await current(store, request)).status is Status.EXPIRED


async def test_the_next_timer_is_the_earliest_and_work_is_no_timer(store: SqlStore) -> None:
    assert await store.next_timer() is None
    await submitted(store)
    assert await store.next_timer() == after(15)  # the step's wait ends


async def test_what_lies_ahead_is_work_to_claim_and_when_the_next_lease_ends(
    store: SqlStore, clock: MovedClock
) -> None:
    assert await store.jobs_ahead(()) == JobsAhead()
    await submitted(store)
    assert await store.jobs_ahead(()) == JobsAhead(is_any_due=True)  # the card is to be posted

    await store.claim(limit=10, busy={}, lease=timedelta(seconds=60))
    assert await store.jobs_ahead(()) == JobsAhead(next_at=after(1))

    clock.advance(minutes=1)
    assert await store.jobs_ahead(()) == JobsAhead(is_any_due=True)


async def test_what_waits_for_a_place_that_is_full_does_not_lie_ahead(store: SqlStore) -> None:
    await submitted(store)
    [(place,)] = await rows(store, "SELECT destination FROM card")
    assert await store.jobs_ahead({place}) == JobsAhead()
    assert await store.jobs_ahead({"slack:C0OTHER"}) == JobsAhead(is_any_due=True)


async def test_overdue_timers_are_counted_for_the_watchdog(store: SqlStore, clock: MovedClock) -> None:
    await submitted(store)
    await submitted(store, steps=(a_step(wait=60),))
    clock.advance(minutes=20)

    assert (await store.backlog(overdue_since=clock())).overdue_timers == 1
    assert (await store.backlog(overdue_since=after(15))).overdue_timers == 1
    assert (await store.backlog(overdue_since=after(14))).overdue_timers == 0


async def test_the_backlog_is_what_nobody_has_leased(store: SqlStore, clock: MovedClock) -> None:
    request = await submitted(store)
    clock.advance(seconds=10)
    await submitted(store)
    await store.move(a_press(request))
    backlog = await store.backlog(overdue_since=clock())
    assert (backlog.waiting_jobs, backlog.oldest_job_at) == (3, NOW)

    await store.claim(limit=10, busy={}, lease=timedelta(seconds=60))
    backlog = await store.backlog(overdue_since=clock())
    assert (backlog.waiting_jobs, backlog.oldest_job_at) == (1, after(10 / 60))  # one slot a channel


async def test_a_card_to_be_drawn_again_waits_since_then_and_not_since_it_was_posted(
    store: SqlStore, clock: MovedClock
) -> None:
    request = await submitted(store, steps=(a_step(wait=60 * 24 * 7),), callback_url=None)
    [posting] = await claimed(store)
    await store.settle([done(posting, shown_version=request.version)])
    clock.advance(days=3)
    await store.move(a_press(request))
    pressed_at = clock()
    clock.advance(seconds=5)

    backlog = await store.backlog(overdue_since=clock())
    assert (backlog.waiting_jobs, backlog.oldest_job_at) == (1, pressed_at)
