"""Seals beside the database: every seal is told, and a database that went back is noticed and found."""

import json
import logging
from pathlib import Path
from typing import Any

import pytest

from storage.housekeeping import Housekeeping
from storage.store import SqlStore
from storage.verifying import AuditReport, verify
from tests.builders import a_press
from tests.storage.conftest import Opener
from tests.storage.steps import execute, rows, submitted
from tests.storage.test_verifying import is_signed, sign

LATER = "What is missing is added later."


@pytest.fixture
def kept(tmp_path: Path) -> Path:
    """Where seals are kept."""
    return tmp_path / "seals.jsonl"


async def some_seals(store: SqlStore, keeper: Housekeeping, how_many: int) -> None:
    """So many more seals, each over what one submission left."""
    for _ in range(how_many):
        await submitted(store)
        await keeper.seal()


async def found(store: SqlStore, kept: Path) -> AuditReport:
    """What verification finds."""
    return await store.query(lambda connection: verify(connection, is_signed, seal_file=kept))


async def taken_away(store: SqlStore, newest: int) -> None:
    """The newest events go together with their seals, leaving a history that fits by itself."""
    for subject in (f"SELECT subject FROM audit_event WHERE seal > {newest}",):
        await execute(store, f"DELETE FROM approval WHERE id IN ({subject})")
        await execute(store, f"DELETE FROM review_packet WHERE request_id IN ({subject})")
    await execute(store, f"DELETE FROM audit_event WHERE seal > {newest}")
    await execute(store, f"DELETE FROM audit_seal WHERE number > {newest}")


def numbers(kept: Path) -> list[int]:
    """The seals in the file."""
    return [json.loads(line)["number"] for line in kept.read_text().splitlines()]


async def test_every_seal_is_told_to_the_log_and_the_file(
    store: SqlStore, kept: Path, caplog: pytest.LogCaptureFixture
) -> None:
    keeper = Housekeeping(store, sign, seal_file=kept)
    with caplog.at_level(logging.INFO, "storage.seal_watch"):
        await some_seals(store, keeper, 2)

    assert [record.getMessage() for record in caplog.records] == [
        "Seal 1 covers 2 events.",
        "Seal 2 covers 2 events.",
    ]
    lines = [json.loads(line) for line in kept.read_text().splitlines()]
    assert [line["hash"] for line in lines] == [record.__dict__["hash"] for record in caplog.records]
    stored: list[Any] = list(await rows(store, "SELECT * FROM audit_seal ORDER BY number"))
    assert [line["signature"] for line in lines] == [row.signature for row in stored]
    report = await found(store, kept)
    assert (report.ok, report.kept) == (True, 2)


async def test_newest_events_that_go_with_their_seals_fit_by_themselves_and_are_missed_by_the_file(
    store: SqlStore, kept: Path
) -> None:
    keeper = Housekeeping(store, sign, seal_file=kept)
    await some_seals(store, keeper, 4)
    await taken_away(store, newest=2)

    assert (await store.query(lambda connection: verify(connection, is_signed))).ok
    [problem] = (await found(store, kept)).problems
    assert f"{kept} has seals 3 to 4, the last of 20" in problem
    assert "an older state was put in its place" in problem


async def test_an_older_state_is_noticed_by_the_process_that_runs_and_by_the_next_one(
    store: SqlStore, kept: Path, caplog: pytest.LogCaptureFixture
) -> None:
    keeper = Housekeeping(store, sign, seal_file=kept)
    await some_seals(store, keeper, 3)
    await taken_away(store, newest=1)
    for process in (keeper, Housekeeping(store, sign, seal_file=kept)):
        caplog.clear()
        await process.seal()
        [record] = caplog.records
        assert "The database no longer has seal 3" in record.getMessage()
        caplog.clear()
        await process.seal()
        assert not caplog.records, "it is told once"


async def test_another_history_under_the_same_numbers_is_noticed_too(
    store: SqlStore, kept: Path, caplog: pytest.LogCaptureFixture
) -> None:
    keeper = Housekeeping(store, sign, seal_file=kept)
    await some_seals(store, keeper, 3)
    await taken_away(store, newest=1)
    await some_seals(store, Housekeeping(store, sign), 3)
    for process in (keeper, Housekeeping(store, sign, seal_file=kept)):
        caplog.clear()
        await process.seal()
        [record] = caplog.records
        assert "The database no longer has seal 3" in record.getMessage()


async def test_another_history_after_an_older_state_stays_a_problem(store: SqlStore, kept: Path) -> None:
    keeper = Housekeeping(store, sign, seal_file=kept)
    await some_seals(store, keeper, 3)
    await taken_away(store, newest=1)
    await some_seals(store, keeper, 1)
    await some_seals(store, keeper, 3)

    assert numbers(kept) == [1, 2, 3, 3, 4, 5]
    problems = (await found(store, kept)).problems
    assert any("another than the one in" in problem for problem in problems)
    assert any("does not follow the line before it" in problem for problem in problems)


async def test_the_file_catches_up_with_what_it_missed(
    store: SqlStore, kept: Path, caplog: pytest.LogCaptureFixture
) -> None:
    keeper = Housekeeping(store, sign, seal_file=kept)
    await some_seals(store, Housekeeping(store, sign), 2)
    kept.mkdir()
    await some_seals(store, keeper, 2)
    assert [record.getMessage() for record in caplog.records if record.levelno == logging.ERROR] == [
        f"Seals are not kept beside the database: {kept} cannot be written: Is a directory. {LATER}"
    ]
    kept.rmdir()
    await keeper.seal()

    assert numbers(kept) == [1, 2, 3, 4]
    assert (await found(store, kept)).ok


async def test_several_processes_keep_one_file_and_each_can_keep_its_own(
    open_store: Opener, tmp_path: Path
) -> None:
    stores = [open_store() for _ in range(3)]
    shared, own = tmp_path / "shared.jsonl", tmp_path / "own.jsonl"
    keepers = [
        Housekeeping(each, sign, seal_file=path)
        for each, path in zip(stores, (shared, shared, own), strict=True)
    ]
    for _ in range(3):
        for store, keeper in zip(stores, keepers, strict=True):
            await some_seals(store, keeper, 1)
    for keeper in keepers:
        await keeper.seal()

    assert numbers(shared) == numbers(own) == list(range(1, 10))


async def test_a_file_that_was_tampered_with_is_found(store: SqlStore, kept: Path) -> None:
    keeper = Housekeeping(store, sign, seal_file=kept)
    await some_seals(store, keeper, 4)
    lines = kept.read_text().splitlines(keepends=True)
    tampered = {
        "a line in between is gone": [lines[0], *lines[2:]],
        "two lines changed places": [lines[0], lines[2], lines[1], lines[3]],
        "a line says something else": [lines[0], lines[1].replace('"leaves":2', '"leaves":3'), *lines[2:]],
        "a line is no seal": [*lines, "nonsense\n"],
    }
    for what, text in tampered.items():
        kept.write_text("".join(text))
        assert (await found(store, kept)).problems, what


async def test_a_file_that_is_not_there_is_missed_once_there_are_seals(store: SqlStore, kept: Path) -> None:
    assert (await found(store, kept)).ok
    request = await submitted(store)
    await store.move(a_press(request))
    await Housekeeping(store, sign).seal()

    assert (await found(store, kept)).problems == [
        f"{kept} is not there, so no seal could be held against the database."
    ]
