"""What callbacks say: written once, in the transaction that leases their first attempt."""

import psycopg
import pytest

from bot.domain.moves import Cancel
from bot.domain.status import Mode
from bot.ports import CallbackJob, Composed
from storage.store import SqlStore
from tests.builders import AGENT, a_press
from tests.fakes.clock import MovedClock
from tests.storage.conftest import Opener
from tests.storage.losing import losing_answers
from tests.storage.steps import LEASE, a_command, callbacks, count, rows, saying, submitted


async def test_the_body_is_stored_by_the_commit_that_leases_the_first_attempt(store: SqlStore) -> None:
    await submitted(store, mode=Mode.REFUSE)

    [job] = await callbacks(store, saying(b'{"n": 1}'))

    assert (job.attempts, job.body) == (1, b'{"n": 1}')
    assert [row.body for row in await rows(store, "SELECT body FROM outbox")] == ['{"n": 1}']


async def test_another_worker_has_the_body_of_the_first_one(open_store: Opener, clock: MovedClock) -> None:
    one, two = open_store(), open_store()
    await submitted(one, mode=Mode.REFUSE)
    [job] = await callbacks(one, saying(b'{"n": 1}'))

    clock.advance(seconds=LEASE.total_seconds())
    [again] = await callbacks(two, saying(b'{"n": 2}'))

    assert (again.id, again.attempts, again.body) == (job.id, 2, job.body)


async def test_a_new_receipt_is_kept_with_the_body_that_it_is_in(store: SqlStore) -> None:
    request = await submitted(store)
    await store.move(a_press(request))

    [job] = await callbacks(store, receipted)

    kept = await store.receipt(request.id)
    assert kept is not None
    assert (job.body, kept) == (kept.encode(), await store.decision_event(request.id))


async def test_a_receipt_that_was_kept_before_is_the_one_in_the_body(store: SqlStore) -> None:
    request = await submitted(store)
    await store.move(a_press(request))
    await store.keep_receipt(request.id, "the first")

    [job] = await callbacks(store, receipted)

    assert job.body == b"the first"
    assert await store.receipt(request.id) == "the first"


async def test_a_receipt_that_somebody_else_keeps_meanwhile_is_the_one_in_the_body(
    postgres_database: str, open_at: Opener
) -> None:
    store = open_at(postgres_database)
    request = await submitted(store)
    await store.move(a_press(request))

    def overtaken(job: CallbackJob, *, receipt: str | None, decided_in: str | None) -> Composed:
        if receipt is None:
            with psycopg.connect(postgres_database) as other:
                other.execute("INSERT INTO receipt VALUES (%s, %s)", [request.id, "theirs"])
        return receipted(job, receipt=receipt, decided_in=decided_in)

    [job] = await callbacks(store, overtaken)

    assert job.body == b"theirs"
    assert await store.receipt(request.id) == "theirs"


async def test_without_a_decision_there_is_no_receipt(store: SqlStore) -> None:
    request = await submitted(store)
    await store.move(Cancel(request_id=request.id, command_id=a_command(), agent=AGENT, reason="Found."))

    [job] = await callbacks(store, receipted)

    assert job.type == "approval.cancelled"
    assert await count(store, "receipt") == 0


async def test_a_callback_that_could_not_be_written_is_written_with_its_next_lease(
    store: SqlStore, clock: MovedClock
) -> None:
    request = await submitted(store)
    await store.move(a_press(request))
    [job] = await callbacks(store, lambda job, *, receipt, decided_in: None)
    assert job.body is None

    clock.advance(seconds=LEASE.total_seconds())
    [again] = await callbacks(store, saying(b"{}"))
    assert (again.id, again.body) == (job.id, b"{}")


@pytest.mark.parametrize("how", ["before", "after", "killed"])
async def test_a_claim_whose_commit_is_in_doubt_stores_one_body_and_one_receipt(
    open_store: Opener, clock: MovedClock, how: str
) -> None:
    sure, doubtful = open_store(), open_store(commit=losing_answers(how))
    request = await submitted(sure)
    await sure.move(a_press(request))

    await callbacks(doubtful, receipted)
    clock.advance(seconds=LEASE.total_seconds())
    [again] = await callbacks(sure, saying(b"another"))

    assert again.body is not None
    assert again.body.decode() == await sure.receipt(request.id)


def receipted(job: CallbackJob, *, receipt: str | None, decided_in: str | None) -> Composed:
    """Says nothing but the receipt, which names the event that decided."""
    receipt = receipt or decided_in
    return Composed(body=(receipt or "none").encode(), receipt=receipt)
