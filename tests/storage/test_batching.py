"""Copies that came in a burst stand in one message, and are copies like any other in it."""

from datetime import timedelta
from typing import Any

from bot.domain.moves import Cancel
from bot.domain.request import ApprovalRequest
from bot.domain.status import Mode
from bot.jobs import BatchJob, CardJob, LineJob
from bot.ports import Attempted, Done
from storage import batching
from storage.leases import release
from storage.settled_batches import DRAWN_EVERY
from storage.store import SqlStore
from tests.builders import AGENT, NOW, a_press, a_step, channel
from tests.fakes.clock import MovedClock
from tests.storage.steps import (
    LEASE,
    Company,
    a_command,
    claimed,
    count,
    current,
    done,
    given_up,
    later,
    rows,
    submitted,
)

REST = timedelta(microseconds=DRAWN_EVERY)


async def burst(store: SqlStore, many: int = 8, **changes: Any) -> list[ApprovalRequest]:
    """So many requests at once, for one channel."""
    return [await submitted(store, **changes) for _ in range(many)]


async def batch(store: SqlStore) -> BatchJob:
    """Lease what is due; the batch among it."""
    [job] = [job for job in await claimed(store) if isinstance(job, BatchJob)]
    return job


async def shown(store: SqlStore, job: BatchJob, message: str = "m1") -> Attempted:
    """The batch card was drawn as its requests stand now."""
    versions = {request.id: request.version for request in await store.batch(job.id)}
    return done(job, message, shown_versions=versions)


async def posted(store: SqlStore, many: int = 8, **changes: Any) -> tuple[BatchJob, list[ApprovalRequest]]:
    """A batch card that stands."""
    requests = await burst(store, many, **changes)
    job = await batch(store)
    await store.settle([await shown(store, job)])
    return job, requests


async def cancelled(store: SqlStore, request: ApprovalRequest) -> None:
    await store.move(Cancel(request_id=request.id, command_id=a_command(), agent=AGENT, reason="x"))


async def test_a_few_cards_are_posted_one_by_one(store: SqlStore) -> None:
    await burst(store, 5)
    [job] = await claimed(store)
    assert isinstance(job, CardJob)


async def test_more_of_them_are_one_job_with_one_message(store: SqlStore) -> None:
    requests = await burst(store)

    job = await batch(store)

    assert {copy.request_id for copy in job.copies} == {request.id for request in requests}
    assert (job.message, job.uncertain, job.attempts) == (None, False, 1)
    assert await claimed(store) == []
    await store.settle([await shown(store, job)])
    for request in requests:
        [copy] = await store.copies(request.id)
        assert (copy.message, copy.state, copy.shown_version) == ("m1", "posted", request.version)
    assert await count(store, "audit_event", "kind = 'card.posted'") == len(requests)
    assert await claimed(store) == []


async def test_another_channel_has_a_batch_of_its_own(store: SqlStore) -> None:
    await burst(store, steps=(a_step(channel("slack:C1"), channel("slack:C2")),))
    jobs = await claimed(store)
    assert {job.destination for job in jobs if isinstance(job, BatchJob)} == {"slack:C1", "slack:C2"}


async def test_the_browser_has_no_batches(store: SqlStore) -> None:
    await burst(store, steps=(a_step(channel("web:support")),))
    assert all(isinstance(job, CardJob) for job in await claimed(store))


async def test_a_window_in_which_silence_approves_is_never_opened_by_a_list(store: SqlStore) -> None:
    await burst(store, mode=Mode.VETO, irreversible=False, window=timedelta(minutes=10))
    [job] = await claimed(store)
    assert isinstance(job, CardJob)


async def test_what_comes_within_a_minute_joins(store: SqlStore, clock: MovedClock) -> None:
    first, requests = await posted(store)
    clock.advance(seconds=30)
    late = await submitted(store)

    job = await batch(store)

    assert (job.id, job.message, job.attempts) == (first.id, "m1", 1)
    assert len(job.copies) == len(requests) + 1
    assert [copy.request_id for copy in job.copies if not copy.is_shown] == [late.id]


async def test_what_joins_a_batch_while_it_is_posted_is_told_that_its_card_stands(
    store: SqlStore, clock: MovedClock
) -> None:
    requests = await burst(store)
    job = await batch(store)
    late = await submitted(store)
    assert await claimed(store) == []  # another worker, to which the channel looks free, puts it in
    await store.settle([await shown(store, job)])
    clock.advance(seconds=REST.total_seconds())

    again = await batch(store)
    await store.settle([await shown(store, again)])

    assert (again.id, again.message) == (job.id, "m1")
    assert [copy.request_id for copy in again.copies if not copy.is_shown] == [late.id]
    assert await count(store, "audit_event", "kind = 'card.posted'") == len(requests) + 1


async def test_what_joins_a_batch_while_its_channel_is_found_dead_is_told_so_too(store: SqlStore) -> None:
    await burst(store)
    job = await batch(store)
    late = await submitted(store)
    assert await claimed(store) == []
    await store.settle([given_up(job)])

    [again] = [each for each in await claimed(store) if isinstance(each, BatchJob) and each.id == job.id]
    assert [copy.request_id for copy in again.copies] == [late.id]
    await store.settle([given_up(again)])

    assert (await current(store, late)).progress.step == 2


async def test_what_comes_later_stands_alone(store: SqlStore, clock: MovedClock) -> None:
    await posted(store)
    clock.advance(seconds=61)
    await submitted(store)
    [job] = await claimed(store)
    assert isinstance(job, CardJob)


async def test_a_batch_that_is_full_is_followed_by_another(store: SqlStore, company: Company) -> None:
    company.limit_open_requests(0)
    await burst(store, batching.MOST + 20)
    first = await batch(store)
    assert len(first.copies) == batching.MOST
    await store.settle([await shown(store, first)])

    second = await batch(store)

    assert (second.id != first.id, len(second.copies)) == (True, 20)


async def test_a_change_of_one_draws_all_again_but_not_all_the_time(
    store: SqlStore, clock: MovedClock
) -> None:
    job, requests = await posted(store)
    await store.move(a_press(requests[0]))
    await store.move(a_press(requests[1], "ben"))
    assert [each for each in await claimed(store) if isinstance(each, BatchJob)] == []

    clock.advance(seconds=REST.total_seconds())
    again = await batch(store)

    assert (again.id, again.message) == (job.id, "m1")
    await store.settle([await shown(store, again)])
    clock.advance(seconds=REST.total_seconds())
    assert [each for each in await claimed(store) if isinstance(each, BatchJob)] == []
    assert await count(store, "card", "shown_version < wanted_version") == 0


async def test_a_change_while_it_is_drawn_draws_it_once_more(store: SqlStore, clock: MovedClock) -> None:
    _, requests = await posted(store)
    await cancelled(store, requests[0])
    clock.advance(seconds=REST.total_seconds())
    job = await batch(store)
    drawn = await shown(store, job)
    await cancelled(store, requests[1])
    await cancelled(store, requests[2])
    await store.settle([drawn])

    clock.advance(seconds=REST.total_seconds())
    again = await batch(store)

    assert again.id == job.id


async def test_while_one_worker_draws_it_no_other_one_does(store: SqlStore, clock: MovedClock) -> None:
    _, requests = await posted(store)
    await cancelled(store, requests[0])
    clock.advance(seconds=REST.total_seconds())
    await batch(store)
    for request in requests[1:]:
        await cancelled(store, request)
        assert [job for job in await claimed(store) if isinstance(job, BatchJob)] == []


async def test_a_lease_that_ran_out_comes_again_and_may_have_worked(
    store: SqlStore, clock: MovedClock
) -> None:
    await burst(store)
    first = await batch(store)
    clock.advance(seconds=LEASE.total_seconds())

    again = await batch(store)

    assert (again.id, again.uncertain, again.attempts) == (first.id, True, 2)
    assert again.copies == first.copies
    assert again.created_at == NOW


async def test_the_only_process_takes_up_at_once_what_a_killed_one_left(store: SqlStore) -> None:
    await burst(store)
    first = await batch(store)
    await store.write(release)
    again = await batch(store)
    assert (again.id, again.uncertain) == (first.id, True)


async def test_a_failure_is_tried_again_when_it_says(store: SqlStore, clock: MovedClock) -> None:
    await burst(store)
    job = await batch(store)
    await store.settle([later(job, clock.now + timedelta(seconds=30))])
    await submitted(store)
    clock.advance(seconds=29)
    assert await claimed(store) == []
    clock.advance(seconds=1)
    again = await batch(store)
    assert (again.id, again.uncertain, again.attempts) == (job.id, False, 2)
    assert len(again.copies) == len(job.copies) + 1


async def test_a_failure_of_an_attempt_that_was_overtaken_is_old_news(
    store: SqlStore, clock: MovedClock
) -> None:
    await burst(store)
    first = await batch(store)
    clock.advance(seconds=LEASE.total_seconds())
    second = await batch(store)
    await store.settle([later(first, clock.now, uncertain=True)])
    assert await claimed(store) == []
    await store.settle([await shown(store, second)])
    assert await count(store, "card", "message = 'm1'") == len(second.copies)


async def test_a_channel_that_is_gone_is_so_for_each_of_them(store: SqlStore) -> None:
    requests = await burst(store)
    job = await batch(store)
    await store.settle([given_up(job)])
    for request in requests:
        [copy] = [c for c in await store.copies(request.id) if c.destination == "slack:C0REFUNDS"]
        assert (copy.state, copy.why) == ("undeliverable", "The channel is gone.")
        assert "slack:C0REFUNDS" in (await current(store, request)).progress.undeliverable


async def test_reminders_beside_one_message_are_said_once(store: SqlStore, clock: MovedClock) -> None:
    await posted(store, steps=(a_step(remind_every=timedelta(minutes=5)),))
    clock.advance(minutes=5)
    await store.fire_due(100)

    [line] = [job for job in await claimed(store) if isinstance(job, LineJob)]

    assert (len(line.others), line.message) == (7, "m1")
    assert "8 requests" in line.line
    assert set(line.people) == {"ann", "ben"}
    await store.settle([Attempted(job=line, sent=Done(), retry_at=None)])
    assert await count(store, "outbox", "kind = 'ping'") == 0


async def test_the_batch_of_a_request_is_found_by_its_index(store: SqlStore) -> None:
    job, requests = await posted(store)
    assert [each.id for each in await store.batch(job.id)] == sorted(request.id for request in requests)
    assert await store.batch("bat_00000000000000000000000000") == []
    found = await rows(store, "SELECT DISTINCT batch FROM card")
    assert [row.batch for row in found] == [job.id]


async def test_what_asks_for_the_same_joins_the_message_of_the_first(
    store: SqlStore, clock: MovedClock
) -> None:
    first = await submitted(store, subject="c-1")
    [job] = await claimed(store)
    await store.settle([done(job, "m1")])
    clock.advance(minutes=5)
    second = await submitted(store, subject="c-1")

    found = await batch(store)

    assert (found.message, {copy.request_id for copy in found.copies}) == ("m1", {first.id, second.id})
    await store.settle([await shown(store, found)])
    [copy] = await store.copies(second.id)
    assert (copy.message, copy.state) == ("m1", "posted")
    third = await submitted(store, subject="c-1")
    clock.advance(seconds=REST.total_seconds())
    again = await batch(store)
    assert (again.id, again.copies[-1].request_id in (first.id, second.id, third.id)) == (found.id, True)
    assert len(again.copies) == 3


async def test_a_message_of_the_same_takes_in_nothing_else(store: SqlStore, clock: MovedClock) -> None:
    await submitted(store, subject="c-1")
    [job] = await claimed(store)
    await store.settle([done(job, "m1")])
    await submitted(store, subject="c-1")
    found = await batch(store)
    await store.settle([await shown(store, found)])
    await submitted(store, subject="c-2")
    [other] = await claimed(store)
    assert isinstance(other, CardJob)


async def test_what_is_over_or_asks_for_something_else_is_no_twin(store: SqlStore) -> None:
    over = await submitted(store, subject="c-1")
    [job] = await claimed(store)
    await store.settle([done(job, "m1")])
    await cancelled(store, over)
    await submitted(store, subject="c-1", agent="other-bot")
    await submitted(store, subject="c-1")
    for _ in range(3):
        jobs = await claimed(store)
        assert not any(isinstance(job, BatchJob) for job in jobs)
        await store.settle([done(job, "m2") for job in jobs if isinstance(job, CardJob)])
