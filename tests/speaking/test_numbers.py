"""`stats`: a few lines on a phone, of what the speaker may see numbers of."""

from typing import Any
from zoneinfo import ZoneInfo

import pytest

from bot.approvals import Approvals
from bot.domain.directory import Identity
from bot.domain.mentions import commands, parse
from bot.domain.moves import Presser
from bot.domain.sight import Sight
from bot.domain.status import ReasonCode
from bot.insights import Insights
from bot.policy import parse_policy
from bot.secrets import SecretBox
from bot.speaking import Desk, Heard, Spoken
from bot.speaking.desk import Said
from bot.speaking.numbers import stats
from tests.domain.measures.test_notices import FOUND
from tests.fakes.clock import MovedClock
from tests.fakes.counted_measures import Case, CountedMeasures
from tests.fakes.memory_store import MemoryStore

POLICY = parse_policy(
    """
owner: ann
defaults: {escalation_policy: support}
people: {ann: {name: Ann}, ben: {name: Ben}}
leads: {ann: ["*"]}
escalation_policies: {support: {quorum: {from: [ann]}, steps: [{to: ["web:support"], wait: 15m}]}}
"""
)
CASES = (
    Case(ended="approved", by=("ann",), took=300.0, went_well=True),
    Case(ended="approved", by=("ben",), took=600.0, went_well=False),
    Case(ended="rejected", by=("ann",), took=7_800.0, reason=ReasonCode.POLICY),
    Case(ended="automatic", action="credit.issue", rule="small-credit", agreed=True),
)


class Talk:
    """One person who asks the bot for numbers."""

    def __init__(self, *cases: Case, sight: Sight | None = None) -> None:
        self.clock = MovedClock()
        self.measures = CountedMeasures(*cases)
        store = MemoryStore(clock=self.clock, directory=lambda: POLICY.directory)
        self.links: list[tuple[str, str]] = []
        nothing_set: Any = None
        self.desk = Desk(
            store=store,
            steering=nothing_set,
            approvals=Approvals(
                store=store, policy=lambda: POLICY, clock=self.clock, signer=SecretBox(["k" * 32])
            ),
            policy=lambda: POLICY,
            clock=self.clock,
            inbox_link=self._link,
            insights=Insights(
                measures=self.measures,
                sight=lambda person: sight or Sight(person=person, actions=("*",), people=("*",)),
                store=store,
                directory=lambda: POLICY.directory,
                clock=self.clock,
            ),
        )

    async def asks(self, text: str) -> Heard:
        command = parse(text)
        assert isinstance(command, commands.Stats)
        presser = Presser(identity=Identity(platform="web", user="ann"))
        spoken = Spoken(event_id="Ev1", presser=presser, text=text, channel="slack:C01")
        said = Said(
            id="said_1",
            spoken=spoken,
            person=POLICY.directory.people["ann"],
            now=self.clock(),
            zone=ZoneInfo("UTC"),
        )
        return await stats(self.desk, said, command)

    async def _link(self, person: str, goal: str) -> str:
        self.links.append((person, goal))
        return "https://placet.example.com/sign-in/x"


async def test_the_numbers_fit_on_a_phone_and_are_told_to_the_speaker_alone() -> None:
    heard = await Talk(*CASES).asks("stats")

    assert heard.private
    assert heard.lines == (
        "4 requests came in the last 4 weeks (9 Feb – 2 Mar 2026).",
        "0 wait for you now.",
        "Automatic: 25% (1).",
        "People decided 3: 67% approved, 33% rejected.",
        "Why not: against policy (1).",
        "Half were decided within 10 min, 95% within 2 h 10 min.",
        "Went wrong afterwards: 50% of 2 with a known outcome.",
        "Blind quality checks agree with 100% of 1.",
        "The whole picture is in the browser. The link works once, for ten minutes.",
    )


async def test_numbers_are_told_apart_a_line_each() -> None:
    talk = Talk(*CASES)

    lines = (await talk.asks("stats by rule for refund.* last 4 weeks")).lines
    assert lines[0] == "3 requests of refund.* came in the last 4 weeks (9 Feb – 2 Mar 2026)."
    assert lines[2:4] == (
        "By rule:",
        "• default: 3 requests, 67% approved, decided in 10 min, 50% went wrong",
    )
    people = (await talk.asks("stats by reviewer")).lines
    assert any(line.startswith("• Ann: 2 requests") for line in people)


async def test_nothing_to_tell_apart_has_no_heading() -> None:
    assert not any(line.startswith("By ") for line in (await Talk().asks("stats by rule")).lines)


async def test_long_lists_are_cut() -> None:
    lines = (await Talk(*(Case(rule=f"rule-{n}") for n in range(12))).asks("stats by rule")).lines

    assert len([line for line in lines if line.startswith("• rule")]) == 8
    assert "• and 4 more" in lines


async def test_what_stands_out_is_told_in_sentences() -> None:
    talk = Talk(*CASES)
    talk.measures.found = FOUND

    lines = (await talk.asks("stats")).lines
    assert lines[lines.index("What stands out:") + 1] == "• It drifts."


async def test_the_link_leads_to_the_same_numbers_in_the_browser() -> None:
    talk = Talk(*CASES)

    heard = await talk.asks("stats by rule for refund.* last week")
    assert heard.link == "https://placet.example.com/sign-in/x"
    assert talk.links == [("ann", "/measures/rule?from=2026-02-23&until=2026-02-23&action=refund.%2A")]


async def test_whoever_leads_and_decides_nothing_is_told_so() -> None:
    heard = await Talk(*CASES, sight=Sight(person="ann")).asks("stats")

    assert heard.lines[0].startswith("2 requests")
    assert any("the numbers are of what you voted on" in line for line in heard.lines)


@pytest.mark.parametrize(
    ("text", "when"),
    [
        ("stats this week", "came this week (2 Mar 2026)"),
        ("stats last week", "came last week (23 Feb – 1 Mar 2026)"),
        ("stats last quarter", "in the last 13 weeks (8 Dec 2025 – 2 Mar 2026)"),
    ],
)
async def test_the_time_is_told(text: str, when: str) -> None:
    assert when in (await Talk().asks(text)).lines[0]
