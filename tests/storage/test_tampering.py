"""Whatever somebody with the database changes of what the audit stands for, by chance, is found."""

import hashlib
import random
from collections import Counter
from collections.abc import Callable
from pathlib import Path
from typing import Any, TypeAlias

import pytest
from sqlalchemy import Connection, text

from bot.domain.choice import Choice
from bot.domain.status import ReasonCode
from bot.policy_record import Loaded
from storage.housekeeping import Housekeeping
from storage.policy_versions import PolicyVersions
from storage.store import SqlStore
from storage.verifying import verify
from tests.builders import a_press, a_reason
from tests.storage.steps import a_submission, submitted
from tests.storage.test_verifying import flipped, is_signed, sign, tampering

#: by table, its key, and columns that may be changed without anything being wrong
TABLES: dict[str, tuple[tuple[str, ...], frozenset[str]]] = {
    "audit_event": (("subject", "seq"), frozenset({"private"})),
    "audit_seal": (("number",), frozenset()),
    "audit_chain": (("subject",), frozenset()),
    "approval": (("id",), frozenset({"idempotency_key", "body_digest"})),
    "review_packet": (("request_id", "revision"), frozenset()),
    "terms": (("hash",), frozenset()),
    "policy_version": (("version",), frozenset({"loaded_at"})),
}

#: a change; False where nothing can be changed so
Tamper: TypeAlias = Callable[[Connection, random.Random], bool]


def some_rows(connection: Connection, chance: random.Random, table: str, how_many: int) -> list[Any]:
    """Rows of a table, by chance."""
    rows = list(connection.execute(text(f"SELECT * FROM {table}")))
    return chance.sample(rows, how_many) if len(rows) >= how_many else []


def put(connection: Connection, table: str, row: Any, **values: Any) -> None:
    """Change a row."""
    sets = ", ".join(f"{name} = :new_{name}" for name in values)
    where = " AND ".join(f"{name} = :{name}" for name in TABLES[table][0])
    keys = {name: getattr(row, name) for name in TABLES[table][0]}
    given = {f"new_{name}": value for name, value in values.items()}
    connection.execute(text(f"UPDATE {table} SET {sets} WHERE {where}"), keys | given)


def flip(table: str) -> Tamper:
    """One column of one row says something else."""

    def tamper(connection: Connection, chance: random.Random) -> bool:
        [row] = some_rows(connection, chance, table, 1)
        column = chance.choice([name for name in row._fields if name not in TABLES[table][1]])
        value = getattr(row, column)
        is_key = column in TABLES[table][0] and isinstance(value, int)
        put(connection, table, row, **{column: value + 100 if is_key else flipped(value)})
        return True

    return tamper


def delete(table: str) -> Tamper:
    """One row is gone."""

    def tamper(connection: Connection, chance: random.Random) -> bool:
        [row] = some_rows(connection, chance, table, 1)
        where = " AND ".join(f"{name} = :{name}" for name in TABLES[table][0])
        keys = {name: getattr(row, name) for name in TABLES[table][0]}
        connection.execute(text(f"DELETE FROM {table} WHERE {where}"), keys)
        return True

    return tamper


def insert(table: str) -> Tamper:
    """A row is there twice, under another key."""

    def tamper(connection: Connection, chance: random.Random) -> bool:
        [row] = some_rows(connection, chance, table, 1)
        key = TABLES[table][0][-1]
        values = dict(row._mapping)
        values[key] = values[key] + 77 if isinstance(values[key], int) else f"{values[key]}x"
        if table == "approval":
            values["idempotency_key"] = None
        names = ", ".join(values)
        marks = ", ".join(f":{name}" for name in values)
        connection.execute(text(f"INSERT INTO {table} ({names}) VALUES ({marks})"), values)
        return True

    return tamper


def swap(table: str) -> Tamper:
    """Two rows exchange what one column says."""

    def tamper(connection: Connection, chance: random.Random) -> bool:
        two = some_rows(connection, chance, table, 2)
        if not two:
            return False
        keys, free = TABLES[table]
        columns = [name for name in two[0]._fields if name not in keys and name not in free]
        column = chance.choice(columns)
        first, second = (getattr(row, column) for row in two)
        if first == second:
            return False
        put(connection, table, two[0], **{column: second})
        put(connection, table, two[1], **{column: first})
        return True

    return tamper


def truncate(connection: Connection, chance: random.Random) -> bool:
    """The end of a chain is cut off, perhaps with the head set back to fit."""
    [event] = some_rows(connection, chance, "audit_event", 1)
    keys = {"subject": event.subject, "seq": event.seq}
    connection.execute(text("DELETE FROM audit_event WHERE subject = :subject AND seq > :seq"), keys)
    kept = text("SELECT count(*) FROM audit_event WHERE subject = :subject")
    before = connection.execute(
        text("SELECT audit_seq FROM approval WHERE id = :subject"), keys
    ).scalar_one_or_none()
    if before == connection.execute(kept, keys).scalar_one() or before is None:
        return False
    if chance.random() < 0.5:
        head = {"seq": event.seq, "hash": event.hash, "subject": event.subject}
        connection.execute(
            text("UPDATE approval SET audit_seq = :seq, audit_head = :hash WHERE id = :subject"), head
        )
    return True


def roll_back(connection: Connection, chance: random.Random) -> bool:
    """Everything since a seal is gone, without a trace inside the database."""
    seal = chance.randrange(1, 6)
    later = f"SELECT subject FROM audit_event WHERE seal IS NULL OR seal > {seal}"
    for table, column in (("approval", "id"), ("review_packet", "request_id"), ("audit_chain", "subject")):
        connection.execute(text(f"DELETE FROM {table} WHERE {column} IN ({later})"))
    connection.execute(text(f"DELETE FROM audit_event WHERE seal IS NULL OR seal > {seal}"))
    connection.execute(text(f"DELETE FROM audit_seal WHERE number > {seal}"))
    return True


KINDS: dict[str, list[Tamper]] = {
    "flip": [flip(table) for table in TABLES],
    "deletion": [delete(table) for table in TABLES],
    # Terms under another name are found by their hash, as everything else.
    "insertion": [insert(table) for table in TABLES],
    "swap": [swap(table) for table in TABLES],
    "truncation": [truncate],
    "rollback": [roll_back],
}


@pytest.fixture
async def filled(store: SqlStore, url: str, tmp_path: Path) -> tuple[str, Path]:
    """A database with a policy, requests of several kinds under seals that are kept outside, and a tail."""
    kept = tmp_path / "seals.jsonl"
    keeper = Housekeeping(store, sign, seal_file=kept)
    for version in ("one", "two"):
        await PolicyVersions(store).keep(a_version(version))
    await keeper.seal()
    for number in range(5):
        await store.submit(a_submission(idempotency_key=f"k-{number}"))
        request = await submitted(store, approve=1 + number % 2)
        reason = a_reason(ReasonCode.OTHER, "The customer was told already.")
        choice = Choice.REJECT if number % 2 else Choice.APPROVE
        await store.move(a_press(request, choice=choice, reason=reason if number % 2 else None))
        await keeper.seal()
    await submitted(store)
    return url, kept


def a_version(text_of_it: str) -> Loaded:
    """A version of the policy."""
    version = hashlib.sha256(text_of_it.encode()).hexdigest()[:12]
    return Loaded(version=version, text=text_of_it, owner="cat")


@pytest.mark.parametrize(
    "rounds", [60, pytest.param(2000, marks=[pytest.mark.soak, pytest.mark.timeout(3600)])]
)
async def test_whatever_is_tampered_with_is_found(
    filled: tuple[str, Path], rounds: int, capsys: pytest.CaptureFixture[str]
) -> None:
    url, kept = filled
    chance, done, missed = random.Random(rounds), Counter[str](), Counter[str]()
    with tampering(url) as connection:
        assert verify(connection, is_signed, seal_file=kept).problems == []
        connection.rollback()
        while done.total() < rounds:
            kind = chance.choice(list(KINDS))
            tamper = chance.choice(KINDS[kind])
            if tamper(connection, chance):
                done[kind] += 1
                missed[kind] += verify(connection, is_signed, seal_file=kept).ok
            connection.rollback()
    with capsys.disabled():
        told = ", ".join(f"{count} {kind}s" for kind, count in sorted(done.items()))
        print(f"\n{url.split(':', maxsplit=1)[0]}: {told}; missed {missed.total()}")  # noqa: T201 - figures
    assert not +missed
