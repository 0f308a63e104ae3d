"""The writer when things go wrong: nothing doubled, nothing lost, nobody harmed by another's command."""

import asyncio
import sqlite3
import threading
import time
from typing import Any

import pytest
from sqlalchemy import Connection, event, make_url
from sqlalchemy.exc import DBAPIError

import storage.batch_size
import storage.writer
from bot.domain.errors import Busy
from bot.domain.ids import new_id
from bot.domain.moves import Cancel
from bot.domain.status import Status
from storage.store import SqlStore
from storage.writer import commit
from tests.builders import AGENT, a_packet, a_press, a_request, a_step
from tests.fakes.clock import MovedClock
from tests.fakes.tcp_proxy import TcpProxy
from tests.storage.conftest import Opener
from tests.storage.steps import (
    a_command,
    a_submission,
    count,
    current,
    in_one_batch,
    stored,
    submitted,
)


def failing(_connection: Connection, _batch: object) -> None:
    """A command that always goes wrong."""
    raise ValueError("This command is bad.")


async def outcome(call: Any) -> Any:
    """What a call returns, or what it raises."""
    try:
        return await call
    except Exception as error:  # noqa: BLE001 - a test looks at it
        return error


async def test_a_command_that_fails_harms_nobody_in_its_batch(store: SqlStore) -> None:
    request = await submitted(store)
    answer, failed, moved = await in_one_batch(
        store,
        outcome(store.submit(a_submission())),
        outcome(store.write(failing)),
        outcome(store.move(a_press(request))),
    )

    assert answer.code == "created"
    assert isinstance(failed, ValueError)
    assert moved.answer.accepted
    assert await count(store, "approval") == 2
    assert (await current(store, request)).status is Status.APPROVED


async def test_a_submission_that_cannot_be_written_harms_nobody_in_its_batch(store: SqlStore) -> None:
    bad = a_submission(packet=a_packet({"text": "\ud800"}))
    failed, answer = await in_one_batch(
        store, outcome(store.submit(bad)), outcome(store.submit(a_submission()))
    )

    assert isinstance(failed, UnicodeEncodeError)
    assert answer.code == "created"
    assert await count(store, "approval") == 1


async def test_what_the_server_will_never_take_is_not_tried_for_long(
    open_at: Opener, postgres_database: str
) -> None:
    """PostgreSQL calls a key that is too long for an index an operational error, as if it were away."""
    store = open_at(postgres_database, patience=60.0)
    too_long = "".join(new_id("k") for _ in range(1000))
    began = time.monotonic()
    failed, answer = await in_one_batch(
        store,
        outcome(store.submit(a_submission(idempotency_key=too_long))),
        outcome(store.submit(a_submission())),
    )

    assert isinstance(failed, DBAPIError)
    assert answer.code == "created"
    assert time.monotonic() - began < 50


async def test_a_caller_that_goes_away_takes_nothing_with_it(store: SqlStore) -> None:
    request = a_request()

    async def impatient() -> None:
        with pytest.raises(TimeoutError):
            async with asyncio.timeout(0):
                await store.submit(a_submission(request))

    await in_one_batch(store, impatient(), store.submit(a_submission()))

    assert await count(store, "approval") == 2
    assert (await stored(store, request)).request.id == request.id


async def test_more_than_may_wait_is_refused_at_once(
    store: SqlStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(storage.writer, "WAITING", 3)
    answers = await _beside_a_held_writer(store, [outcome(store.submit(a_submission())) for _ in range(5)])

    assert [isinstance(answer, Busy) for answer in answers] == [False, False, False, True, True]
    assert await count(store, "approval") == 3


async def test_timers_wait_behind_nothing_and_are_never_refused(
    open_store: Opener, clock: MovedClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    committed: list[tuple[int, int]] = []

    def noting(connection: Connection) -> None:
        tables = ("approval", "audit_event WHERE kind = 'step.started'")
        stored, started = (connection.exec_driver_sql(f"SELECT count(*) FROM {each}") for each in tables)
        committed.append((stored.scalar_one(), started.scalar_one()))
        commit(connection)

    store = open_store(commit=noting)
    await submitted(store, steps=(a_step(wait=1), a_step(wait=10_000)))
    [(_, before)] = committed
    clock.advance(hours=1)
    monkeypatch.setattr(storage.writer, "WAITING", 6)
    monkeypatch.setattr(storage.batch_size, "BATCH", 2)
    calls = [outcome(store.submit(a_submission())) for _ in range(7)]
    *answers, fired = await _beside_a_held_writer(store, [*calls, store.fire_due(10)])

    assert fired == 1
    assert isinstance(answers[-1], Busy)
    assert committed[2] == (2, before + 2), "the timer and the first of those that waited"


async def _beside_a_held_writer(store: SqlStore, calls: list[Any]) -> list[Any]:
    began, go_on = threading.Event(), threading.Event()

    def hold(_connection: Connection, _batch: object) -> None:
        began.set()
        go_on.wait(60)

    holding = asyncio.ensure_future(store.write(hold))
    await asyncio.to_thread(began.wait, 60)
    asked = [asyncio.ensure_future(call) for call in calls]
    await asyncio.sleep(0)
    go_on.set()
    await holding
    return list(await asyncio.gather(*asked))


async def test_nobody_is_answered_before_the_commit(url: str, open_store: Opener) -> None:
    reached, goes_on = threading.Event(), threading.Event()

    def slowly(connection: Connection) -> None:
        reached.set()
        assert goes_on.wait(60)
        commit(connection)

    store = open_store(commit=slowly)
    asked = asyncio.ensure_future(store.submit(a_submission()))
    assert await asyncio.to_thread(reached.wait, 60)
    answered, _ = await asyncio.wait([asked], timeout=0.05)
    goes_on.set()

    assert not answered
    assert (await asked).code == "created"


async def test_what_one_move_writes_is_one_transaction(store: SqlStore) -> None:
    """State, audit event and effects are there together or not at all."""
    request = await submitted(store)
    commits: list[Connection] = []
    event.listen(store._writes, "commit", commits.append)
    await store.submit(a_submission())
    await store.move(a_press(request))

    assert len(commits) == 2


async def test_what_was_queued_is_finished_before_a_store_closes(url: str, open_store: Opener) -> None:
    store = open_store()
    asked = [asyncio.ensure_future(store.submit(a_submission())) for _ in range(50)]
    await asyncio.sleep(0)
    await asyncio.to_thread(store.close)

    assert [answer.code for answer in await asyncio.gather(*asked)] == ["created"] * 50
    with pytest.raises(Busy):
        await store.submit(a_submission())
    assert await count(open_store(), "approval") == 50


async def test_a_locked_sqlite_file_is_waited_for(sqlite_database: str, open_at: Opener) -> None:
    store = open_at(sqlite_database, patience=60.0)
    with sqlite3.connect(make_url(sqlite_database).database or "", isolation_level=None) as other:
        other.execute("BEGIN IMMEDIATE")
        asked = asyncio.ensure_future(store.submit(a_submission()))
        assert not (await asyncio.wait([asked], timeout=1.5))[0]
        assert await store.listing() == []  # reading goes on meanwhile
        other.execute("COMMIT")
    other.close()

    assert (await asked).code == "created"


async def test_a_file_that_stays_locked_is_busy_in_the_end(sqlite_database: str, open_at: Opener) -> None:
    store = open_at(sqlite_database, patience=0.3)
    with sqlite3.connect(make_url(sqlite_database).database or "", isolation_level=None) as other:
        other.execute("BEGIN IMMEDIATE")
        answers = await asyncio.gather(*(outcome(store.submit(a_submission())) for _ in range(5)))
        other.execute("COMMIT")
    other.close()

    assert [type(answer) for answer in answers] == [Busy] * 5
    assert "Idempotency-Key" in str(answers[0])
    assert (await store.submit(a_submission())).code == "created"


@pytest.fixture
async def proxied(postgres_database: str) -> Any:
    """A PostgreSQL database behind a wire that can be cut."""
    url = make_url(postgres_database)
    async with TcpProxy(url.port or 0) as proxy:
        yield proxy, url.set(port=proxy.port).render_as_string()


async def test_a_server_that_is_away_and_back_is_waited_for(
    proxied: tuple[TcpProxy, str], open_at: Opener
) -> None:
    proxy, url = proxied
    store = open_at(url, patience=60.0)
    request = await submitted(store)
    await proxy.cut()
    calls: list[Any] = [store.submit(a_submission()), store.move(a_press(request))]
    asked = [asyncio.ensure_future(call) for call in calls]
    assert not (await asyncio.wait(asked, timeout=0.5))[0]
    with pytest.raises(Busy):
        await store.read(request.id)

    await proxy.mend()
    answer, moved = await asyncio.gather(*asked)
    assert (answer.code, moved.answer.code) == ("created", "recorded")
    assert (await current(store, request)).status is Status.APPROVED
    assert await count(store, "approval") == 2


async def test_a_server_that_stays_away_is_busy_in_the_end_and_stores_nothing(
    proxied: tuple[TcpProxy, str], open_at: Opener
) -> None:
    proxy, url = proxied
    store = open_at(url, patience=2.0)  # enough to connect again on a busy machine
    request = await submitted(store)
    await proxy.cut()
    answers = await asyncio.gather(*(outcome(store.submit(a_submission())) for _ in range(5)))
    assert [type(answer) for answer in answers] == [Busy] * 5

    await proxy.mend()
    assert (await store.move(a_press(request))).answer.accepted
    assert await count(store, "approval") == 1


async def test_a_server_that_stalls_is_waited_for(proxied: tuple[TcpProxy, str], open_at: Opener) -> None:
    proxy, url = proxied
    store = open_at(url)
    request = await submitted(store)
    proxy.stall()
    asked = asyncio.ensure_future(store.move(a_press(request)))
    assert not (await asyncio.wait([asked], timeout=0.5))[0]

    await proxy.mend()
    assert (await asked).answer.code == "recorded"


async def test_reads_find_a_server_that_was_restarted_at_once(
    proxied: tuple[TcpProxy, str], open_at: Opener
) -> None:
    proxy, url = proxied
    store = open_at(url)
    request = await submitted(store)
    await asyncio.gather(*(store.read(request.id) for _ in range(20)))
    await proxy.cut()
    await proxy.mend()

    found = await asyncio.gather(*(store.read(request.id) for _ in range(20)))
    assert all(found)
    await store.check()


async def test_a_write_whose_server_was_restarted_succeeds(
    proxied: tuple[TcpProxy, str], open_at: Opener
) -> None:
    proxy, url = proxied
    store = open_at(url)
    request = await submitted(store)
    for _ in range(5):
        await proxy.cut()
        await proxy.mend()
        assert (await store.submit(a_submission())).code == "created"
    cancel = Cancel(request_id=request.id, command_id=a_command(), agent=AGENT, reason="x")

    assert (await store.move(cancel)).answer.accepted
    assert await count(store, "approval") == 6
