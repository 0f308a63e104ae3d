"""The policy that holds now follows its file, and never follows it into a ditch."""

import logging
import os
from pathlib import Path

import pytest

from bot.domain.errors import Busy
from bot.policy import Policy, PolicyBook, PolicyError, load_policy
from tests.fakes.clock import MovedClock
from tests.policy.samples import POLICY


class Readying:
    """Makes policies ready, and fails while it is told to."""

    def __init__(self) -> None:
        self.fails = False
        self.seen: list[str] = []

    async def __call__(self, policy: Policy) -> Policy:
        self.seen.append(policy.version)
        if self.fails:
            raise Busy("Slack does not answer.")
        return policy.pinned({"slack:#support": "slack:C0SUPPORT"})


@pytest.fixture
def path(tmp_path: Path) -> Path:
    (tmp_path / "policy.yml").write_text(POLICY)
    return tmp_path / "policy.yml"


@pytest.fixture
def readying() -> Readying:
    return Readying()


@pytest.fixture
def book(path: Path, readying: Readying) -> PolicyBook:
    return PolicyBook(path, load_policy(path), readying)


def write(path: Path, text: str) -> None:
    """As editors do: another file in the place of the old one."""
    path.with_suffix(".new").write_text(text)
    path.with_suffix(".new").replace(path)


async def test_a_file_that_did_not_change_is_left_alone(book: PolicyBook, readying: Readying) -> None:
    assert not await book.refresh()
    assert not await book.refresh()
    assert readying.seen == []


async def test_the_first_policy_is_made_ready_too(book: PolicyBook) -> None:
    await book.prepare()

    assert "slack:C0SUPPORT" in book.current().channels()


async def test_a_first_policy_that_cannot_be_made_ready_stops_the_start(
    book: PolicyBook, readying: Readying
) -> None:
    readying.fails = True

    with pytest.raises(Busy):
        await book.prepare()


async def test_a_changed_file_holds_once_it_is_ready(book: PolicyBook, path: Path) -> None:
    await book.refresh()
    write(path, POLICY.replace("open_requests: 20", "open_requests: 30"))

    assert await book.refresh()

    assert book.current().directory.agents["support-bot"].open_requests == 30
    assert "slack:C0SUPPORT" in book.current().channels()


async def test_a_broken_file_keeps_the_last_good_one_and_is_told_once(
    book: PolicyBook, path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    held = book.current()
    write(path, POLICY.replace("500 EUR", "500"))

    for _ in range(3):
        assert not await book.refresh()

    assert book.current() is held
    [record] = caplog.records
    assert record.levelno == logging.ERROR
    assert "line 5, people.ben.limits" in record.getMessage()
    assert held.version in record.getMessage()


async def test_a_repaired_file_holds_again(book: PolicyBook, path: Path) -> None:
    write(path, "broken: [")
    await book.refresh()
    write(path, POLICY + "# repaired\n")

    assert await book.refresh()


async def test_a_file_that_is_gone_keeps_the_last_good_one(
    book: PolicyBook, path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    path.unlink()

    assert not await book.refresh()
    assert not await book.refresh()
    assert len(caplog.records) == 1


async def test_a_policy_that_cannot_be_made_ready_is_tried_again(
    book: PolicyBook, path: Path, readying: Readying, caplog: pytest.LogCaptureFixture
) -> None:
    await book.refresh()
    readying.fails = True
    write(path, POLICY + "# changed\n")
    assert not await book.refresh()
    assert not await book.refresh()
    assert [
        record.getMessage() for record in caplog.records if "Slack does not answer." in record.getMessage()
    ]
    assert len(caplog.records) == 1

    readying.fails = False

    assert await book.refresh()


async def test_a_touched_file_with_the_same_text_changes_nothing(book: PolicyBook, path: Path) -> None:
    await book.refresh()
    held = book.current()
    os.utime(path, (1, 1))

    assert not await book.refresh()
    assert book.current() is held


async def test_warnings_of_a_new_policy_are_logged(
    book: PolicyBook, path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    write(path, POLICY.replace("owner: cat", "owner: zoe"))

    assert await book.refresh()

    assert any('"zoe" is not under people' in record.getMessage() for record in caplog.records)


async def test_a_broken_file_is_told_of_again_until_that_is_on_record(path: Path, readying: Readying) -> None:
    told: list[str] = []
    away = True

    async def refuse(held: Policy, error: PolicyError) -> None:
        told.append(error.problems[0].sentence)
        if away:
            raise Busy("The database is away.")

    book = PolicyBook(path, load_policy(path), readying, refuse=refuse)
    write(path, "broken: [")
    with pytest.raises(Busy):
        await book.refresh()
    away = False
    for _ in range(3):
        await book.refresh()

    assert len(told) == 2


async def test_trouble_lasts_from_the_first_broken_file_until_one_holds(
    path: Path, readying: Readying
) -> None:
    clock = MovedClock()
    book = PolicyBook(path, load_policy(path), readying, clock=clock)
    began = clock()
    for broken in ("broken: [", "broken: {"):
        write(path, broken)
        await book.refresh()
        clock.advance(minutes=5)

    assert book.trouble is not None
    assert book.trouble.since_at == began
    assert "line 2" in book.trouble.sentence

    write(path, POLICY)

    assert not await book.refresh()
    assert book.trouble is None
    assert readying.seen == [book.current().version]
