"""Claims: work is leased by destination, so that a dead or busy one delays only itself."""

from collections import Counter
from datetime import timedelta

import pytest

from bot.domain.destinations import slots
from bot.domain.ids import new_id
from bot.domain.status import Mode
from bot.ports import CallbackJob, CardJob, LineJob
from storage.store import SqlStore
from tests.builders import NOW, a_press, a_step, channel
from tests.fakes.clock import MovedClock
from tests.storage.conftest import Opener
from tests.storage.steps import (
    LEASE,
    Company,
    at_once,
    callbacks,
    cards,
    claimed,
    count,
    done,
    execute,
    later,
    lines,
    posted,
    submitted,
)


def decided(host: str) -> dict[str, object]:
    """Changes for a request that is approved at once and calls this host back."""
    return {"mode": Mode.AUTO, "irreversible": False, "callback_url": f"https://{host}/hook"}


async def test_a_channel_takes_one_card_after_the_other(store: SqlStore) -> None:
    first, second = await submitted(store), await submitted(store)
    [job] = await cards(store)
    assert job.request_id in (first.id, second.id)
    assert await claimed(store, busy={job.destination: 1}) == []

    await store.settle([done(job)])
    [other] = await cards(store)
    assert {job.request_id, other.request_id} == {first.id, second.id}


async def test_a_callback_host_takes_as_many_as_it_has_slots(store: SqlStore) -> None:
    for _ in range(10):
        await submitted(store, **decided("agents.example.com"))

    assert len(await callbacks(store)) == slots("callback:agents.example.com:443") == 8


async def test_of_what_waits_for_one_host_the_longest_waiting_goes_first(
    store: SqlStore, clock: MovedClock
) -> None:
    for _ in range(14):
        await submitted(store, **decided("agents.example.com"))
        clock.advance(seconds=1)

    first = [job.created_at for job in await claimed(store) if isinstance(job, CallbackJob)]
    rest = [job.created_at for job in await callbacks(store)]

    assert (len(first), len(rest)) == (8, 6)
    assert max(first) < min(rest)


async def test_slots_that_are_taken_are_not_given_again(store: SqlStore) -> None:
    for host in ("one", "two", "one", "two"):
        await submitted(store, **decided(f"{host}.example.com"))
    busy = {"callback:one.example.com:443": 8, "callback:two.example.com:443": 7}

    jobs = await claimed(store, busy=busy)

    assert [job.url for job in jobs if isinstance(job, CallbackJob)] == ["https://two.example.com/hook"]


async def test_no_more_is_claimed_than_there_is_room_for(store: SqlStore) -> None:
    for n in range(6):
        await submitted(store, **decided(f"h{n}.example.com"))
    await submitted(store)

    assert len(await claimed(store, limit=3)) == 3
    assert await claimed(store, limit=0) == []
    assert len(await claimed(store)) == 4


async def test_a_dead_destination_with_thousands_waiting_delays_nobody(store: SqlStore) -> None:
    request = await submitted(store, **decided("healthy.example.com"))
    columns = "id, kind, request_id, turn, destination, state, created_at, due_at, attempts, text, url"
    there, url = "callback:dead.example.com:443", "https://dead.example.com/hook"
    dead = [
        {"id": new_id("msg"), "request": request.id, "there": there, "at": n, "url": url}
        for n in range(20_000)
    ]
    await execute(
        store,
        f"INSERT INTO outbox ({columns}) VALUES"
        " (:id, 'callback', :request, 1, :there, 'waiting', :at, :at, 3, 'approval.approved', :url)",
        *dead,
    )

    jobs = await claimed(store, busy={there: slots(there)})
    assert [job.url for job in jobs if isinstance(job, CallbackJob)] == ["https://healthy.example.com/hook"]
    jobs = await claimed(store)
    assert len(jobs) == slots(there)


async def test_a_lease_that_ran_out_gives_the_job_to_somebody_else(
    store: SqlStore, clock: MovedClock
) -> None:
    await submitted(store)
    [first] = await cards(store)
    clock.advance(seconds=LEASE.total_seconds() - 1)
    assert await claimed(store) == []

    clock.advance(seconds=1)
    [again] = await cards(store)
    assert (first.copy_id, first.attempts, first.uncertain) == (again.copy_id, 1, False)
    assert (again.attempts, again.uncertain) == (2, True)


async def test_a_post_whose_end_is_unknown_comes_again_as_uncertain(
    store: SqlStore, clock: MovedClock
) -> None:
    await submitted(store)
    [job] = await cards(store)
    clock.advance(seconds=1)
    await store.settle([later(job, clock.now + timedelta(seconds=5), uncertain=True)])
    assert await claimed(store) == []

    clock.advance(seconds=5)
    [again] = await cards(store)
    assert (again.uncertain, again.attempts) == (True, 2)


async def test_a_post_that_was_refused_comes_again_as_certain(store: SqlStore, clock: MovedClock) -> None:
    await submitted(store)
    [job] = await cards(store)
    await store.settle([later(job, clock.now)])

    [again] = await cards(store)
    assert not again.uncertain


async def test_two_processes_never_claim_the_same_job(open_store: Opener, company: Company) -> None:
    company.limit_open_requests(0)
    stores = [open_store(), open_store()]
    for n in range(60):
        await submitted(stores[0], **decided(f"h{n}.example.com"))
        await submitted(stores[0], steps=(a_step(channel(f"slack:C{n}")),))

    jobs = [
        job for found in await at_once([claimed(stores[n % 2], limit=10) for n in range(20)]) for job in found
    ]

    named = Counter(job.copy_id if isinstance(job, CardJob) else job.id for job in jobs)
    assert len(named) == 120
    assert set(named.values()) == {1}


async def test_who_waited_longest_is_first(store: SqlStore, clock: MovedClock) -> None:
    for host in ("c", "a", "b"):
        await submitted(store, **decided(f"{host}.example.com"))
        clock.advance(seconds=1)

    first = await claimed(store, limit=2)

    assert [job.url for job in first if isinstance(job, CallbackJob)] == [
        "https://c.example.com/hook",
        "https://a.example.com/hook",
    ]


async def test_a_line_is_claimed_with_the_message_of_its_card(store: SqlStore, clock: MovedClock) -> None:
    steps = (a_step(remind_every=timedelta(minutes=5)), a_step())
    request = await submitted(store, steps=steps)
    await posted(store, request, "m1")
    clock.advance(minutes=5)
    await store.fire_due(10)

    [ping] = await lines(store)
    assert (ping.kind, ping.message, ping.people) == ("ping", "m1", ("ann", "ben"))


async def test_a_line_that_waits_for_its_card_comes_without_a_message(store: SqlStore) -> None:
    request = await submitted(store)
    await store.move(a_press(request, "dan", reply_to="slack:C1:U1:https://answers.example.com/1"))

    [answer] = await lines(store)
    assert (answer.kind, answer.message, answer.people, answer.attempts) == ("tell", None, (), 1)


async def test_a_callback_tells_of_the_state_that_caused_it(store: SqlStore) -> None:
    request = await submitted(store)
    moved = await store.move(a_press(request))
    await store.move(a_press(request, "ben"))
    [job] = await callbacks(store)

    assert job.stored.request == moved.request
    assert job.event_hash == await store.decision_event(request.id)
    assert (job.attempts, job.body, job.created_at) == (1, None, NOW)


@pytest.mark.parametrize("destination", ["slack:C0REFUNDS", "slack:@U01ANN", "web:support"])
async def test_cards_have_the_slots_of_their_platform(store: SqlStore, destination: str) -> None:
    for _ in range(slots(destination) + 4):
        await submitted(store, steps=(a_step(channel(destination)),))

    assert len(await cards(store)) == slots(destination)
    assert await count(store, "card", "leased_until IS NOT NULL") == slots(destination)


async def test_private_answers_do_not_wait_for_each_other(store: SqlStore) -> None:
    request = await submitted(store)
    for n in range(5):
        await store.move(a_press(request, "dan", reply_to=f"slack:C1:U{n}:https://answers.example.com/{n}"))

    jobs = await claimed(store)

    assert sum(isinstance(job, LineJob) for job in jobs) == 5
