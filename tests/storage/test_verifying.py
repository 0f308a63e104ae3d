"""Verification: whatever is flipped, taken out, put in, swapped or cut off in the audit is found."""

import base64
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest
from sqlalchemy import Connection, text

from bot.domain.choice import Choice
from bot.domain.status import ReasonCode
from bot.secrets import SecretBox
from storage.audit import GENESIS, event_hash
from storage.engine import read_engine
from storage.keys import KeyStore
from storage.merkle import root
from storage.sealing import leaves, seal
from storage.store import SqlStore
from storage.verifying import MOST_PROBLEMS, verify
from tests.builders import AGENT, a_press, a_reason
from tests.storage.steps import Company, audit, execute, submitted


def sign(statement: bytes) -> tuple[str, bytes]:
    """A signature that a test can check."""
    return "k1", statement[::-1]


def is_signed(kid: str, statement: bytes, signature: str) -> bool:
    """Whether it is one of `sign`."""
    return kid == "k1" and base64.urlsafe_b64decode(signature) == statement[::-1]


@pytest.fixture
async def filled(store: SqlStore, url: str) -> str:
    """A database with requests, private values, a key, two seals and an unsealed tail."""
    first, second = await submitted(store), await submitted(store)
    await KeyStore(store, SecretBox(("s" * 32,))).create(AGENT)
    await store.move(a_press(first, "eve"))
    await store.write(lambda connection, batch: seal(connection, batch, sign))
    reason = a_reason(ReasonCode.OTHER, "The customer was told already.")
    await store.move(a_press(first, choice=Choice.REJECT, reason=reason))
    await store.write(lambda connection, batch: seal(connection, batch, sign))
    await store.move(a_press(second))
    report = await audit(store, is_signed)
    assert (report.ok, report.seals, report.unsealed) == (True, 2, 2)
    return url


@contextmanager
def tampering(url: str) -> Iterator[Connection]:
    """A connection whose changes are undone in the end."""
    engine = read_engine(url)
    with engine.connect() as connection:
        yield connection
        connection.rollback()
    engine.dispose()


def problems_after(connection: Connection, *statements: str, **values: Any) -> list[str]:
    """What is found after changes, which are then undone."""
    for statement in statements:
        assert connection.execute(text(statement), values).rowcount > 0, "nothing was tampered with"
    found = verify(connection, is_signed).problems
    connection.rollback()
    return found


def flipped(value: Any) -> Any:
    """The same value, a little different."""
    if isinstance(value, int):
        return value + 1
    if value is None:
        return 1
    return value[:-2] + ("0" if value[-2] != "0" else "1") + value[-1]


@pytest.mark.parametrize(
    "column", ["subject", "seq", "kind", "actor", "at", "facts", "private", "hash", "seal"]
)
async def test_a_flip_in_any_event_is_found(filled: str, column: str) -> None:
    with tampering(filled) as connection:
        events = connection.execute(text("SELECT * FROM audit_event")).all()
        assert len(events) > 9
        for event in events:
            value = getattr(event, column)
            if column == "private" and value is None:
                continue
            # Past every other number, so that the flip itself is possible.
            changed = value + 100 if column == "seq" else flipped(value)
            found = problems_after(
                connection,
                f"UPDATE audit_event SET {column} = :changed WHERE subject = :subject AND seq = :seq",
                changed=changed,
                subject=event.subject,
                seq=event.seq,
            )
            assert found, (column, event)


@pytest.mark.parametrize("column", ["number", "previous", "root", "leaves", "at", "kid", "signature"])
async def test_a_flip_in_any_seal_is_found(filled: str, column: str) -> None:
    with tampering(filled) as connection:
        for row in connection.execute(text("SELECT * FROM audit_seal")).all():
            value = getattr(row, column)
            found = problems_after(
                connection,
                f"UPDATE audit_seal SET {column} = :changed WHERE number = :number",
                changed=value + 100 if column == "number" else flipped(value),
                number=row.number,
            )
            assert found, (column, row)


async def test_any_event_that_is_taken_out_is_missed(filled: str) -> None:
    with tampering(filled) as connection:
        for event in connection.execute(text("SELECT subject, seq FROM audit_event")).all():
            assert problems_after(
                connection,
                "DELETE FROM audit_event WHERE subject = :subject AND seq = :seq",
                subject=event.subject,
                seq=event.seq,
            ), event


async def test_any_chain_that_is_cut_off_is_missed(filled: str) -> None:
    with tampering(filled) as connection:
        for event in connection.execute(text("SELECT subject, seq FROM audit_event")).all():
            assert problems_after(
                connection,
                "DELETE FROM audit_event WHERE subject = :subject AND seq >= :seq",
                subject=event.subject,
                seq=event.seq,
            ), event


DAMAGE = (
    "DELETE FROM audit_event",
    "DELETE FROM audit_seal",
    "DELETE FROM audit_seal WHERE number = 1",
    "DELETE FROM audit_seal WHERE number = 2",
    "DELETE FROM audit_event WHERE seal = 1",
    "DELETE FROM audit_event WHERE seal IS NULL",
    "DELETE FROM audit_chain",
    "DELETE FROM approval",
    "UPDATE audit_event SET seal = NULL WHERE seal = 1",
    "UPDATE audit_event SET seal = 2 WHERE seal = 1",
    "UPDATE audit_event SET seal = 1 WHERE seal IS NULL",
    "UPDATE audit_event SET seal = 3 WHERE seal IS NULL",
    "UPDATE approval SET audit_seq = audit_seq - 1",
    "UPDATE approval SET audit_head = e.hash FROM audit_event e WHERE e.subject = approval.id AND e.seq = 1",
    "UPDATE audit_chain SET head = 'x' || substr(head, 2)",
    "UPDATE audit_event SET hash = 'not a number' WHERE seal = 1",
    "UPDATE audit_event SET facts = '{' WHERE seal = 1",
    "UPDATE audit_event SET private = 'no JSON' WHERE private IS NOT NULL",
    "UPDATE audit_event SET private = '{}' || private WHERE private IS NOT NULL",
    """INSERT INTO audit_event (subject, seq, kind, actor, at, facts, hash, seal)
       SELECT subject, seq + 50, kind, actor, at, facts, hash, seal FROM audit_event""",
    """INSERT INTO audit_event (subject, seq, kind, actor, at, facts, hash)
       SELECT 'apr_x' || subject, seq, kind, actor, at, facts, hash FROM audit_event WHERE seal = 2""",
    """INSERT INTO audit_seal SELECT number + 1, previous, root, leaves, at, kid, signature
       FROM audit_seal WHERE number = 2""",
)


async def test_larger_damage_is_found(filled: str) -> None:
    with tampering(filled) as connection:
        for statement in DAMAGE:
            assert problems_after(connection, statement), statement


async def test_two_events_that_change_places_are_found(filled: str) -> None:
    with tampering(filled) as connection:
        subjects = connection.execute(
            text("SELECT subject FROM audit_event GROUP BY subject HAVING count(*) > 1")
        ).scalars()
        for subject in list(subjects):
            assert problems_after(
                connection,
                "UPDATE audit_event SET seq = 1000 WHERE subject = :subject AND seq = 1",
                "UPDATE audit_event SET seq = 1 WHERE subject = :subject AND seq = 2",
                "UPDATE audit_event SET seq = 2 WHERE subject = :subject AND seq = 1000",
                subject=subject,
            )


async def test_two_seals_that_change_places_are_found(filled: str) -> None:
    with tampering(filled) as connection:
        assert problems_after(
            connection,
            "UPDATE audit_seal SET number = 1000 WHERE number = 1",
            "UPDATE audit_seal SET number = 1 WHERE number = 2",
            "UPDATE audit_seal SET number = 2 WHERE number = 1000",
        )


async def test_a_sealed_history_that_is_written_anew_throughout_is_found(filled: str) -> None:
    """Somebody who knows the format changes an event, and every hash after it, and the head."""
    with tampering(filled) as connection:
        [subject] = connection.execute(
            text("SELECT subject FROM audit_event WHERE kind = 'request.decided' AND seal = 2")
        ).scalars()
        events = connection.execute(
            text("SELECT * FROM audit_event WHERE subject = :subject ORDER BY seq"), {"subject": subject}
        ).all()
        head = GENESIS
        for event in events:
            actor = "person:eve" if event.kind == "request.decided" else event.actor
            written = f"{event.seq}\n{event.kind}\n{actor}\n{event.at}\n{event.facts}"
            head = event_hash(head, subject, written)
            connection.execute(
                text("UPDATE audit_event SET actor = :actor, hash = :hash WHERE subject = :s AND seq = :seq"),
                {"actor": actor, "hash": head, "s": subject, "seq": event.seq},
            )
        connection.execute(
            text("UPDATE approval SET audit_head = :head WHERE id = :s"), {"head": head, "s": subject}
        )
        assert verify(connection, is_signed).problems == ["Seal 2 does not fit the events under it."]
        _seal_anew(connection, 2)
        assert verify(connection, is_signed).problems == [
            "Seal 2 is not signed by a key of this installation."
        ]


def _seal_anew(connection: Connection, number: int) -> None:
    """Whoever has no key can put everything about a seal right but its signature."""
    events = connection.execute(text("SELECT * FROM audit_event WHERE seal = :n"), {"n": number}).all()
    connection.execute(
        text("UPDATE audit_seal SET root = :root, leaves = :leaves WHERE number = :n"),
        {"root": root(leaves(events)), "leaves": len(events), "n": number},
    )


async def test_a_request_that_went_with_the_seal_that_held_it_alone_is_missed(
    store: SqlStore, url: str
) -> None:
    """Nothing that is left names what is gone, but the seal after it."""
    ids = []
    for _ in range(3):
        ids.append((await submitted(store)).id)
        await store.write(lambda connection, batch: seal(connection, batch, sign))
    with tampering(url) as connection:
        assert verify(connection, is_signed).problems == []
        assert problems_after(
            connection,
            "DELETE FROM audit_event WHERE subject = :gone",
            "DELETE FROM review_packet WHERE request_id = :gone",
            "DELETE FROM approval WHERE id = :gone",
            "DELETE FROM audit_seal WHERE number = 2",
            gone=ids[1],
        ) == ["Seal 3 does not follow the seal before it."]


async def test_erased_private_values_still_verify(filled: str, store: SqlStore) -> None:
    await execute(store, "UPDATE audit_event SET private = NULL")

    assert (await audit(store, is_signed)).problems == []


async def test_another_private_value_in_the_place_of_one_is_found(filled: str, store: SqlStore) -> None:
    await execute(store, "UPDATE audit_event SET private = replace(private, 'customer', 'supplier')")

    problems = (await audit(store, is_signed)).problems
    assert len(problems) == 2
    assert all("reason of event" in problem for problem in problems)


async def test_progress_is_told_and_problems_are_not_listed_without_end(
    store: SqlStore, company: Company
) -> None:
    company.limit_open_requests(0)
    for _ in range(MOST_PROBLEMS + 5):
        await submitted(store)
    await execute(store, "UPDATE audit_event SET actor = 'nobody'")
    told: list[tuple[int, int]] = []
    report = await store.query(
        lambda connection: verify(connection, is_signed, lambda done, total: told.append((done, total)))
    )

    assert len(report.problems) == MOST_PROBLEMS
    assert told[-1] == (report.events, report.events)
    assert [done for done, _ in told] == sorted(done for done, _ in told)
