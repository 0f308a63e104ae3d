"""Seals: every event under exactly one, whoever seals."""

import asyncio
import base64

import psycopg
from sqlalchemy import event

from storage.housekeeping import SEAL_EVERY, Housekeeping
from storage.sealing import LEAVES, seal
from storage.store import SqlStore
from tests.builders import a_press
from tests.storage.conftest import Opener
from tests.storage.losing import losing_answers
from tests.storage.steps import Company, at_once, audit, count, execute, rows, submitted


def sign(statement: bytes) -> tuple[str, bytes]:
    """A signature that a test can check."""
    return "k1", statement[::-1]


async def sealed(store: SqlStore) -> int:
    """Seal what is unsealed."""
    return await store.write(lambda connection, batch: seal(connection, batch, sign))


async def test_what_is_unsealed_goes_under_one_seal(store: SqlStore) -> None:
    await submitted(store)
    await submitted(store)
    report = await audit(store)
    assert (report.events, report.seals, report.unsealed, report.ok) == (4, 0, 4, True)

    assert await sealed(store) == 4
    assert await sealed(store) == 0
    report = await audit(store)
    assert (report.events, report.seals, report.unsealed, report.ok) == (4, 1, 0, True)


async def test_seals_follow_each_other(store: SqlStore) -> None:
    request = await submitted(store)
    for _ in range(3):
        await sealed(store)
        await store.move(a_press(request, "dan"))
    await sealed(store)

    numbers = [row.number for row in await rows(store, "SELECT number FROM audit_seal ORDER BY number")]
    assert numbers == [1, 2, 3, 4]
    assert (await audit(store)).ok


async def test_no_seal_has_more_than_its_share(store: SqlStore) -> None:
    events = [{"seq": n, "at": n} for n in range(1, LEAVES * 2 + 11)]
    await execute(
        store,
        "INSERT INTO audit_event (subject, seq, kind, actor, at, facts, hash)"
        " VALUES ('s', :seq, 'k', 'a', :at, '{}', 'ab')",
        *events,
    )

    assert [await sealed(store) for _ in range(4)] == [LEAVES, LEAVES, 10, 0]


async def test_events_of_one_microsecond_stay_together(store: SqlStore) -> None:
    events = [{"seq": n} for n in range(1, LEAVES + 11)]
    await execute(
        store,
        "INSERT INTO audit_event (subject, seq, kind, actor, at, facts, hash)"
        " VALUES ('s', :seq, 'k', 'a', 7, '{}', 'ab')",
        *events,
    )

    assert [await sealed(store) for _ in range(2)] == [LEAVES + 10, 0]


async def test_sealers_of_several_processes_beside_a_flood_seal_every_event_once(
    open_store: Opener, company: Company
) -> None:
    company.limit_open_requests(0)
    stores = [open_store() for _ in range(3)]
    flooding = asyncio.gather(*(submitted(stores[n % 3]) for n in range(300)))
    while not flooding.done():
        await at_once([sealed(store) for store in stores])
    await flooding
    await sealed(stores[0])

    report = await audit(stores[0])
    assert (report.events, report.unsealed, report.problems) == (600, 0, [])
    assert await count(stores[0], "audit_event", "seal IS NULL") == 0


async def test_who_finds_a_sealer_at_work_leaves_it_to_that_one(
    open_at: Opener, postgres_database: str
) -> None:
    store = open_at(postgres_database)
    await submitted(store)
    await sealed(store)
    await submitted(store)
    with psycopg.connect(postgres_database) as other:
        other.execute("SELECT 1 FROM lease WHERE name = 'sealer' FOR UPDATE")
        async with asyncio.timeout(60):
            assert await sealed(store) == 0
    assert await sealed(store) == 2


async def test_a_seal_is_made_once_when_the_answer_of_its_commit_is_lost(open_store: Opener) -> None:
    store = open_store(commit=losing_answers("after"))
    await submitted(store)
    await sealed(store)

    report = await audit(store)
    assert (report.seals, report.unsealed, report.ok) == (1, 0, True)


async def test_seals_are_signed_and_another_installations_signature_is_noticed(store: SqlStore) -> None:
    await submitted(store)
    await sealed(store)
    genuine = await audit(
        store,
        lambda kid, text, signature: kid == "k1" and base64.urlsafe_b64decode(signature) == text[::-1],
    )
    foreign = await audit(store, lambda kid, text, signature: False)

    assert genuine.ok
    assert foreign.problems == ["Seal 1 is not signed by a key of this installation."]


async def test_a_sealer_with_nothing_to_do_writes_nothing_and_looks_once(store: SqlStore) -> None:
    housekeeping, seen = Housekeeping(store, sign), list[object]()
    await submitted(store)
    await housekeeping.seal()
    event.listen(store._writes, "before_cursor_execute", lambda *given: seen.append(given[2]))
    event.listen(store._reads, "begin", seen.append)
    await housekeeping.seal()
    assert len(seen) == 1


async def test_the_sealer_comes_back_every_second_and_at_once_when_it_is_behind(store: SqlStore) -> None:
    housekeeping = Housekeeping(store, sign)
    await submitted(store)
    assert await housekeeping.seal() == SEAL_EVERY

    events = [{"seq": n, "at": n} for n in range(1, LEAVES + 11)]
    await execute(
        store,
        "INSERT INTO audit_event (subject, seq, kind, actor, at, facts, hash)"
        " VALUES ('s', :seq, 'k', 'a', :at, '{}', 'ab')",
        *events,
    )
    assert not await housekeeping.seal()
    assert await housekeeping.seal() == SEAL_EVERY
