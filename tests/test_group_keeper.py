"""Reading groups in the background: paced, patient with failures, and closed where nothing is told."""

import asyncio
import logging
from collections.abc import Iterable, Mapping
from datetime import timedelta

import pytest

from bot import group_keeper
from bot.domain.directory import Directory
from bot.domain.transition import Answer
from bot.group_keeper import GroupKeeper
from bot.groups import NobodyThere, NotNow, Read, Roster
from bot.metrics import Metrics
from tests.builders import a_directory, slack
from tests.fakes.clock import MovedClock
from tests.fakes.memory_groups import MemoryGroups

LEGAL = "slack:T01HOME/S0LEGAL"
BEN = Roster(accounts=(slack("U01BEN"),))


class OnePlatform:
    """`bot.groups.GroupSource`: tells what it was told to tell, or never answers."""

    platform = "slack"

    def __init__(self) -> None:
        self.tells: Read = BEN
        self.hangs = False
        self.stumbles_over: set[str] = set()
        self.asked: list[str] = []

    async def pin_groups(self, sources: Iterable[str]) -> Mapping[str, str]:
        return {}

    async def read_group(self, source: str) -> Read:
        self.asked.append(source)
        if self.hangs:
            await asyncio.Event().wait()
        if source in self.stumbles_over:
            raise AttributeError("'str' object has no attribute 'get'")
        return self.tells


class Office:
    """A keeper with everything around it."""

    def __init__(self) -> None:
        self.book, self.slack, self.clock, self.metrics = (
            MemoryGroups(),
            OnePlatform(),
            MovedClock(),
            Metrics(),
        )
        self.directory: Directory = a_directory(live={"finance": (LEGAL,)})
        self.keeper = GroupKeeper(
            book=self.book,
            sources={"slack": self.slack},
            directory=lambda: self.directory,
            clock=self.clock,
            metrics=self.metrics,
        )

    async def read(self, tells: Read) -> timedelta:
        """The group is due, and this is told of it."""
        self.slack.tells, self.book.due = tells, [LEGAL]
        return await self.keeper.step()


@pytest.fixture
def office() -> Office:
    return Office()


async def test_what_is_due_is_read_and_kept(office: Office) -> None:
    rest = await office.read(BEN)

    assert office.book.kept[LEGAL].accounts == BEN.accounts
    assert office.book.kept[LEGAL].fetched_at == office.clock()
    assert office.book.next_at_of[LEGAL] == office.clock() + timedelta(seconds=30)
    assert rest == group_keeper.KEEPING


async def test_many_groups_are_read_less_often(office: Office) -> None:
    office.directory = a_directory(live={"all": (LEGAL, *(f"slack:T01HOME/S0{n}" for n in range(14)))})
    await office.read(BEN)

    assert office.book.next_at_of[LEGAL] == office.clock() + timedelta(seconds=60)


async def test_where_changes_are_told_of_it_rests_until_a_group_is_due(office: Office) -> None:
    office.keeper.is_told = lambda: True
    await office.read(BEN)
    assert await office.keeper.step() == group_keeper.IDLE
    office.clock.advance(seconds=27)
    assert await office.keeper.step() == timedelta(seconds=3)
    office.clock.advance(seconds=3)
    assert await office.keeper.step() == group_keeper.KEEPING


async def test_without_live_groups_nothing_is_asked(office: Office) -> None:
    office.directory = a_directory()

    assert await office.read(BEN) == group_keeper.IDLE
    assert office.slack.asked == []


async def test_what_cannot_be_read_for_good_is_kept_as_nobody(
    office: Office, caplog: pytest.LogCaptureFixture
) -> None:
    await office.read(NobodyThere(why="It is switched off."))

    assert office.book.kept[LEGAL].accounts == ()
    assert office.book.kept[LEGAL].fault == "It is switched off."
    assert "nobody there counts: It is switched off." in caplog.text


async def test_failures_are_tried_again_later_and_later(office: Office) -> None:
    waits = []
    for _ in range(9):
        await office.read(NotNow(why="Slack did not answer."))
        waits.append((office.book.put_off_until[LEGAL] - office.clock()).total_seconds())

    assert waits == [1, 2, 4, 8, 16, 32, 60, 60, 60]
    assert office.book.kept == {}
    await office.read(BEN)
    await office.read(NotNow(why="Slack did not answer."))
    assert office.book.put_off_until[LEGAL] == office.clock() + timedelta(seconds=1)


async def test_a_limit_is_kept_for_as_long_as_the_platform_says(office: Office) -> None:
    await office.read(NotNow(why="Slack answered ratelimited.", after=timedelta(seconds=40)))

    assert office.book.put_off_until[LEGAL] == office.clock() + timedelta(seconds=40)


async def test_a_platform_that_never_answers_is_given_up_for_now(
    office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(group_keeper, "LONGEST_ATTEMPT", timedelta(milliseconds=10))
    office.slack.hangs = True
    await office.read(BEN)

    assert LEGAL in office.book.put_off_until


async def test_a_group_of_a_platform_that_is_not_connected_is_nobody(office: Office) -> None:
    office.keeper.sources = {}
    await office.read(BEN)

    assert office.book.kept[LEGAL].fault == "Slack is not connected."


async def test_a_failure_is_complained_about_once_and_its_end_told(
    office: Office, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.INFO)
    for tells in (NotNow(why="No."), NotNow(why="No."), BEN, BEN):
        await office.read(tells)

    assert caplog.text.count("cannot be read") == 1
    assert caplog.text.count("can be read again") == 1


async def test_what_waited_is_decided_after_the_reading(office: Office) -> None:
    office.book.waiting = {LEGAL}
    office.book.answers = [Answer(accepted=True, code="recorded", sentence="Recorded.")]

    assert await office.read(BEN) == group_keeper.WAITING
    assert office.book.urgent == [{LEGAL}]
    assert b'placet_presses_held_total{result="recorded"} 1.0' in office.metrics.page()
    assert b'placet_group_reads_total{outcome="read"} 1.0' in office.metrics.page()


async def test_what_waited_is_decided_although_reading_another_group_fails(office: Office) -> None:
    other = "slack:T01HOME/S0ODD"
    office.directory = a_directory(live={"finance": (LEGAL,), "odd": (other,)})
    office.slack.stumbles_over, office.book.due = {other}, [other, LEGAL]
    office.book.waiting = {LEGAL}
    office.book.answers = [Answer(accepted=True, code="recorded", sentence="Recorded.")]

    with pytest.raises(AttributeError):
        await office.keeper.step()

    assert office.book.kept[LEGAL].accounts == BEN.accounts
    assert office.book.answers == []


async def test_what_waits_is_decided_although_the_policy_names_no_live_group_any_more(office: Office) -> None:
    office.directory = a_directory()
    office.book.waiting = {LEGAL}
    office.book.answers = [Answer(accepted=False, code="unlinked", sentence="No.")]

    await office.keeper.step()

    assert office.book.answers == []
