"""How often the writer waits for PostgreSQL, which may be some milliseconds away."""

from collections.abc import Awaitable, Iterator, Sequence
from typing import Any

import pytest

from bot.ports import CallbackJob, CardJob
from storage.store import SqlStore
from tests.builders import a_press
from tests.storage.conftest import Opener
from tests.storage.steps import (
    Company,
    a_submission,
    claimed,
    count,
    done,
    in_one_batch,
    posted,
    saying,
    submitted,
)
from tests.storage.test_history_deciding import below, claims
from tests.storage.turns import Relay

BATCH = 20
#: before the figures: whatever a process asks once, and what a driver prepares after some runs
WARM_UP = 8
#: the last of them, which are counted
COUNTED = 3


@pytest.fixture
def relay(postgres_database: str) -> Iterator[Relay]:
    """Before the test's database."""
    relay = Relay(postgres_database)
    yield relay
    relay.close()


@pytest.fixture
def store(relay: Relay, open_at: Opener) -> SqlStore:
    """Reaches its database through the relay."""
    return open_at(relay.url)


async def test_a_batch_of_submissions_waits_four_times(
    store: SqlStore, relay: Relay, company: Company
) -> None:
    company.limit_open_requests(0)
    batches = [[store.submit(a_submission()) for _ in range(BATCH)] for _ in range(WARM_UP)]

    assert await _waits(store, relay, batches) == 4, "look, insert, write, commit"


async def test_an_agent_near_its_limit_costs_one_wait_more(
    store: SqlStore, relay: Relay, company: Company
) -> None:
    company.limit_open_requests(2 * WARM_UP * BATCH)
    batches = [[store.submit(a_submission()) for _ in range(BATCH)] for _ in range(WARM_UP)]

    assert await _waits(store, relay, batches) == 5, "look, count, insert, write, commit"


async def test_history_costs_no_further_wait(store: SqlStore, relay: Relay, company: Company) -> None:
    company.limit_open_requests(0)
    few = below("agent_action_count", 1_000_000)
    batches = [[store.submit(claim) for claim in claims(BATCH, few)] for _ in range(WARM_UP)]

    assert await _waits(store, relay, batches) == 4, "look, insert, write, commit"
    assert await count(store, "approval", "status = 'approved'") == WARM_UP * BATCH


async def test_a_batch_of_presses_waits_three_times(store: SqlStore, relay: Relay, company: Company) -> None:
    company.limit_open_requests(0)
    requests = [await submitted(store) for _ in range(WARM_UP * BATCH)]
    presses = [store.move(a_press(request)) for request in requests]
    batches = [presses[at : at + BATCH] for at in range(0, len(presses), BATCH)]

    assert await _waits(store, relay, batches) == 3, "look, write, commit"
    assert await count(store, "approval", "status = 'approved'") == WARM_UP * BATCH


async def test_claiming_what_follows_a_press_waits_six_times(
    store: SqlStore, relay: Relay, company: Company
) -> None:
    company.limit_open_requests(0)
    full, empty = list[int](), list[int]()
    for number in range(WARM_UP):
        request = await submitted(store)
        await posted(store, request, f"m{number}")
        await store.move(a_press(request))
        with relay.counting() as turns:
            [jobs] = await in_one_batch(store, claimed(store, compose=saying(b"{}")))
        full.append(turns[0])
        assert {type(job) for job in jobs} == {CardJob, CallbackJob}
        await store.settle([done(job) for job in jobs])
        empty.append(await _counted(relay, in_one_batch(store)))

    waits = min(full[-COUNTED:]) - min(empty)
    assert waits == 6, "look, where anything is due, what, of which requests, write, commit"


async def _waits(store: SqlStore, relay: Relay, batches: Sequence[Sequence[Awaitable[Any]]]) -> int:
    """How often such a batch waits, once it is warm; what an empty one waits is not counted.

    The fewest of several: PostgreSQL may begin to answer a long question before all of it was sent, which
    looks as if it had been waited for.
    """
    early, late = batches[:-COUNTED], batches[-COUNTED:]
    for batch in early:
        await in_one_batch(store, *batch)
    full = [await _counted(relay, in_one_batch(store, *batch)) for batch in late]
    empty = [await _counted(relay, in_one_batch(store)) for _ in late]
    return min(full) - min(empty)


async def _counted(relay: Relay, batch: Awaitable[Any]) -> int:
    with relay.counting() as turns:
        await batch
    return turns[0]
