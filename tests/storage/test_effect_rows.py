"""Marks on copies: decisions are drawn at once, footers at most once a minute, the last state wins."""

from bot.domain.choice import Choice
from bot.domain.request import ApprovalRequest
from bot.ports import CallbackJob, CardJob
from storage.store import SqlStore
from tests.builders import NOW, a_press, a_step, channel
from tests.fakes.clock import MovedClock
from tests.storage.steps import (
    cards,
    claimed,
    count,
    current,
    done,
    given_up,
    later,
    posted,
    rows,
    submitted,
)


async def due_at(store: SqlStore, request: ApprovalRequest, place: str = "slack:C0REFUNDS") -> int | None:
    """When a copy is due, in seconds after `NOW`."""
    [row] = await rows(
        store,
        "SELECT due_at FROM card WHERE request_id = :id AND destination = :place",
        id=request.id,
        place=place,
    )
    return None if row.due_at is None else round(row.due_at / 1e6 - NOW.timestamp())


async def decided(store: SqlStore, request: ApprovalRequest) -> CallbackJob:
    """Decide a request and draw its card so; its callback, leased."""
    await store.move(a_press(await current(store, request)))
    jobs = await claimed(store)
    await store.settle([done(job) for job in jobs if isinstance(job, CardJob)])
    return next(job for job in jobs if isinstance(job, CallbackJob))


async def test_a_decision_is_drawn_at_once_on_every_copy(store: SqlStore, clock: MovedClock) -> None:
    request = await submitted(store, steps=(a_step(channel(), channel("slack:C0LEADS")),))
    for job in await cards(store):
        await store.settle([done(job, job.destination)])
    clock.advance(seconds=1)
    await store.move(a_press(request))

    assert await due_at(store, request) == 1
    assert await due_at(store, request, "slack:C0LEADS") == 1
    assert len(await cards(store)) == 2


async def test_a_footer_waits_until_a_minute_after_the_last_drawing(
    store: SqlStore, clock: MovedClock
) -> None:
    request = await submitted(store)
    await posted(store, request)
    callback = await decided(store, request)
    clock.advance(seconds=10)
    await store.settle([given_up(callback)])

    assert await due_at(store, request) == 60
    assert await cards(store) == []
    clock.advance(seconds=50)
    [job] = await cards(store)
    assert job.wanted_version == (await current(store, request)).version


async def test_a_footer_is_drawn_at_once_when_the_last_drawing_is_long_ago(
    store: SqlStore, clock: MovedClock
) -> None:
    request = await submitted(store)
    await posted(store, request)
    callback = await decided(store, request)
    clock.advance(minutes=3)
    await store.settle([given_up(callback)])

    assert await due_at(store, request) == 180


async def test_a_decision_does_not_wait_for_a_footer(store: SqlStore, clock: MovedClock) -> None:
    request = await submitted(store, steps=(a_step(), a_step(channel("slack:C0LEADS"))))
    await posted(store, request)
    await store.move(a_press(request, choice=Choice.ESCALATE))
    jobs = await claimed(store)
    await store.settle([done(job) for job in jobs if isinstance(job, CardJob)])
    [callback] = [job for job in jobs if isinstance(job, CallbackJob)]
    clock.advance(seconds=5)
    await store.settle([given_up(callback)])
    assert await due_at(store, request) == 60

    clock.advance(seconds=5)
    await store.move(a_press(await current(store, request)))
    assert await due_at(store, request) == 10


async def test_a_footer_does_not_put_a_decision_off(store: SqlStore, clock: MovedClock) -> None:
    request = await submitted(store, steps=(a_step(), a_step(channel("slack:C0LEADS"))))
    await posted(store, request)
    clock.advance(seconds=1)
    await store.move(a_press(request, choice=Choice.ESCALATE))
    jobs = await claimed(store, busy={"slack:C0REFUNDS": 1})
    clock.advance(seconds=5)
    await store.settle([given_up(job) for job in jobs if isinstance(job, CallbackJob)])

    assert await due_at(store, request) == 1


async def test_a_footer_and_a_decision_in_one_batch_are_drawn_at_once(
    store: SqlStore, clock: MovedClock
) -> None:
    request = await submitted(store, steps=(a_step(), a_step(channel("slack:C0LEADS"))))
    await posted(store, request)
    await store.move(a_press(request, choice=Choice.ESCALATE))
    jobs = await claimed(store)
    await store.settle([done(job) for job in jobs if isinstance(job, CardJob)])
    clock.advance(seconds=5)
    [callback] = [job for job in jobs if isinstance(job, CallbackJob)]
    await store.settle([given_up(callback), given_up(callback)])
    await store.move(a_press(await current(store, request)))

    assert await due_at(store, request) == 5


async def test_many_changes_are_one_drawing(store: SqlStore) -> None:
    request = await submitted(store)
    await posted(store, request)
    for choice in (Choice.CLAIM, Choice.APPROVE):
        await store.move(a_press(await current(store, request), choice=choice))

    [job] = await cards(store)
    assert job.wanted_version == 4
    await store.settle([done(job)])
    assert await cards(store) == []


async def test_a_copy_that_waits_to_be_tried_again_is_drawn_at_once_after_a_decision(
    store: SqlStore, clock: MovedClock
) -> None:
    request = await submitted(store)
    [job] = await cards(store)
    await store.settle([later(job, clock.now.replace(hour=23))])
    clock.advance(seconds=1)
    await store.move(a_press(request))

    assert await due_at(store, request) == 1


async def test_a_copy_that_cannot_be_reached_is_left_alone(store: SqlStore) -> None:
    request = await submitted(store, steps=(a_step(channel(), channel("slack:C0LEADS")),))
    gone, stands = sorted(await cards(store), key=lambda job: job.destination == "slack:C0LEADS")
    await store.settle([given_up(gone), done(stands)])
    await store.move(a_press(await current(store, request)))

    assert await due_at(store, request) is None
    assert await due_at(store, request, "slack:C0LEADS") is not None


async def test_a_place_that_is_asked_again_keeps_its_one_copy(store: SqlStore, clock: MovedClock) -> None:
    request = await submitted(store, steps=(a_step(),), repeat=1)
    await posted(store, request)
    clock.advance(minutes=15)
    await store.fire_due(10)

    assert await count(store, "card") == 1
    [job] = await cards(store)
    assert (job.message, job.wanted_version) == ("m1", 3)
