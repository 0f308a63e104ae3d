"""Adopting: a press tells of a copy that nobody knew, and from then on the copy follows like any other."""

from dataclasses import replace

from bot.domain.choice import Choice
from bot.domain.request import ApprovalRequest
from bot.ports import Copy
from storage.store import SqlStore
from tests.builders import a_press
from tests.fakes.clock import MovedClock
from tests.storage.steps import (
    LEASE,
    cards,
    count,
    current,
    done,
    given_up,
    in_one_batch,
    later,
    posted,
    submitted,
)

PLACE = "slack:C0REFUNDS"


async def press_on(
    store: SqlStore, request: ApprovalRequest, message: str, place: str = PLACE, choice: Choice = Choice.CLAIM
) -> None:
    """Ann presses on this copy."""
    press = a_press(await current(store, request), choice=choice)
    await store.move(replace(press, copy_destination=place, copy_message=message))


async def copies(store: SqlStore, request: ApprovalRequest) -> dict[str | None, Copy]:
    """The request's copies by message."""
    return {copy.message: copy for copy in await store.copies(request.id)}


async def test_a_press_on_a_known_copy_adopts_nothing(store: SqlStore) -> None:
    request = await submitted(store)
    await posted(store, request, "m1")
    await press_on(store, request, "m1")

    assert (await copies(store, request)).keys() == {"m1"}


async def test_a_press_on_an_unknown_copy_makes_it_follow(store: SqlStore) -> None:
    request = await submitted(store)
    await posted(store, request, "m1")
    await press_on(store, request, "m2")

    jobs = {job.message: job for job in await cards(store)} | {job.message: job for job in await cards(store)}
    assert (await copies(store, request))["m2"].state == "posted"
    assert (await copies(store, request))["m2"].destination == PLACE
    assert "m1" in jobs or "m2" in jobs
    version = (await current(store, request)).version
    for job in jobs.values():
        await store.settle([done(job, job.message or "", shown_version=version)])
    for job in await cards(store):
        await store.settle([done(job, job.message or "", shown_version=version)])
    shown = {message: copy.shown_version for message, copy in (await copies(store, request)).items()}
    assert shown == {"m1": version, "m2": version}


async def test_a_press_on_a_copy_in_a_place_that_was_never_asked_makes_it_follow(store: SqlStore) -> None:
    request = await submitted(store)
    await posted(store, request, "m1")
    await press_on(store, request, "m9", place="slack:C0ELSEWHERE")

    found = (await copies(store, request))["m9"]
    assert (found.destination, found.state, found.shown_version) == ("slack:C0ELSEWHERE", "posted", 0)
    assert {job.message for job in await cards(store)} == {"m1", "m9"}


async def test_presses_on_one_unknown_copy_adopt_it_once(store: SqlStore) -> None:
    request = await submitted(store)
    await posted(store, request, "m1")
    press = a_press(request, choice=Choice.CLAIM, copy_destination=PLACE, copy_message="m2")
    other = a_press(request, "ben", choice=Choice.CLAIM, copy_destination=PLACE, copy_message="m2")

    await in_one_batch(store, store.move(press), store.move(other))
    await store.move(other)
    await press_on(store, request, "m2")

    assert await count(store, "card") == 2


async def test_a_press_on_a_copy_whose_post_was_uncertain_tells_its_message(
    store: SqlStore, clock: MovedClock
) -> None:
    request = await submitted(store)
    [job] = await cards(store)
    clock.advance(seconds=1)
    await store.settle([later(job, clock.now.replace(hour=23), uncertain=True)])
    await press_on(store, request, "m1")

    assert await count(store, "card") == 1
    [job] = await cards(store)
    assert (job.message, job.uncertain) == ("m1", False)
    await store.settle([done(job, "m1")])
    assert await count(store, "audit_event", "kind = 'card.posted'") == 1
    assert (await copies(store, request))["m1"].state == "posted"


async def test_a_copy_that_is_being_posted_right_now_is_left_to_its_worker(store: SqlStore) -> None:
    request = await submitted(store)
    [job] = await cards(store)
    await press_on(store, request, "m1")
    assert await count(store, "card") == 1
    assert await cards(store) == []

    await store.settle([done(job, "m1")])
    assert (await copies(store, request)).keys() == {"m1"}
    assert await count(store, "audit_event", "kind = 'card.posted'") == 1
    [again] = await cards(store)
    assert again.wanted_version > job.wanted_version


async def test_a_copy_whose_worker_died_is_adopted(store: SqlStore, clock: MovedClock) -> None:
    request = await submitted(store)
    await cards(store)
    clock.advance(seconds=LEASE.total_seconds())
    await press_on(store, request, "m1")

    [job] = await cards(store)
    assert job.message == "m1"


async def test_a_copy_in_a_place_that_was_given_up_is_adopted(store: SqlStore) -> None:
    request = await submitted(store)
    [job] = await cards(store)
    await store.settle([given_up(job)])
    await press_on(store, request, "m1")

    jobs = [job for job in await cards(store) if job.destination == PLACE]
    assert [job.message for job in jobs] == ["m1"]
    await store.settle([done(jobs[0], "m1")])
    assert (await current(store, request)).progress.undeliverable == ()


async def test_two_unknown_copies_in_one_place_are_both_adopted(store: SqlStore, clock: MovedClock) -> None:
    request = await submitted(store)
    [job] = await cards(store)
    await store.settle([later(job, clock.now.replace(hour=23), uncertain=True)])
    presses = [
        a_press(request, name, choice=Choice.CLAIM, copy_destination=PLACE, copy_message=message)
        for name, message in (("ann", "m1"), ("ben", "m2"))
    ]
    await in_one_batch(store, *(store.move(press) for press in presses))

    assert (await copies(store, request)).keys() == {"m1", "m2"}


async def test_a_late_press_on_an_unknown_copy_shows_it_the_end(store: SqlStore) -> None:
    request = await submitted(store)
    await posted(store, request, "m1")
    await press_on(store, request, "m1", choice=Choice.APPROVE)
    await press_on(store, request, "m2", choice=Choice.APPROVE)

    assert (await copies(store, request))["m2"].shown_version == 0
    assert "m2" in {job.message for _ in range(2) for job in await cards(store)}


async def test_an_adopted_copy_leaves_room_for_the_one_that_was_asked_for(
    store: SqlStore, clock: MovedClock
) -> None:
    request = await submitted(store)
    await press_on(store, request, "m9", place="slack:C0LATER")

    assert await count(store, "card", "destination = 'slack:C0LATER' AND adopted = 'm9'") == 1
    assert await count(store, "card", "destination = 'slack:C0REFUNDS' AND adopted = ''") == 1
