"""From a request to its measure."""

from datetime import timedelta

import pytest

from bot.domain.choice import Choice
from bot.domain.measures.measure import Ending, Measure
from bot.domain.measures.measuring import NOWHERE, PacketFacts, Seen, measured
from bot.domain.measures.reading import length
from bot.domain.request import ApprovalRequest
from bot.domain.status import Mode
from tests.builders import NOW, a_packet, a_reason, after, opened, pressed, renewed

PACKET = PacketFacts(agent_version="1.0", confidence=820, length=1_000)


def measure_of(request: ApprovalRequest, seen: Seen | None = None) -> Measure:
    """Its measure."""
    return measured(request, PACKET, seen or Seen())


def decided(choice: Choice = Choice.APPROVE, minutes: float = 10) -> ApprovalRequest:
    """A request on which Ann decided after so many minutes."""
    return pressed(opened(), choice=choice, reason=a_reason(), now=after(minutes)).request


@pytest.mark.parametrize(
    ("mode", "ending"),
    [(Mode.AUTO, Ending.AUTOMATIC), (Mode.REFUSE, Ending.REFUSED), (Mode.GATE, Ending.PENDING)],
)
def test_what_a_rule_decides_is_no_decision_of_people(mode: Mode, ending: Ending) -> None:
    found = measure_of(opened(mode=mode, irreversible=False))
    assert found.ending is ending
    assert not found.is_decided
    assert found.turnaround is None


def test_turnaround_goes_from_submission_to_the_decision() -> None:
    found = measure_of(decided(minutes=10))
    assert (found.ending, found.turnaround) == (Ending.APPROVED, 600_000)
    assert measure_of(decided(Choice.REJECT)).reason is a_reason().code


@pytest.mark.parametrize(
    ("looked", "before", "expected"),
    [
        (None, None, 600),
        (9, None, 60),
        (2, 9.5, 30),
        (9.5, 2, 30),
        (11, None, 600),
    ],
)
def test_deliberation_begins_with_whatever_came_last(
    looked: float | None, before: float | None, expected: float
) -> None:
    seen = Seen(
        looks={} if looked is None else {"ann": after(looked)},
        before={} if before is None else {"ann": after(before)},
    )
    [vote] = measure_of(decided(minutes=10), seen).votes
    assert vote.deliberation == expected * 1000


def test_of_a_vote_after_hours_it_is_not_known_how_long_it_took() -> None:
    [vote] = measure_of(pressed(opened(), now=after(hours=2, minutes=1)).request).votes
    assert vote.deliberation is None
    assert not vote.is_hasty(10_000)


@pytest.mark.parametrize(("seconds", "is_hasty"), [(5, True), (15, False)])
def test_a_thousand_characters_are_not_read_in_less_than_ten_seconds(
    seconds: float, *, is_hasty: bool
) -> None:
    seen = Seen(looks={"ann": after(10) - timedelta(seconds=seconds)})
    assert measure_of(decided(minutes=10), seen).is_hasty is is_hasty


def test_rejections_and_edits_are_never_hasty() -> None:
    seen = Seen(looks={"ann": after(10) - timedelta(seconds=1)})
    assert not measure_of(decided(Choice.REJECT), seen).is_hasty


def test_what_was_approved_and_taken_back_is_not_clean() -> None:
    assert measure_of(decided()).is_clean
    assert not measure_of(renewed(decided(), reverted_at=NOW)).is_clean


def test_the_channel_is_the_one_on_the_platform_of_the_deciding_vote() -> None:
    asked = ("slack:C0REFUNDS", "slack:@U01ANN", "teams:19:x")
    assert measure_of(renewed(decided(), reached=asked)).channel == "slack:C0REFUNDS"
    assert measure_of(renewed(decided(), reached=("slack:C1", "slack:C2"))).channel == "slack"
    assert measure_of(renewed(opened(), reached=("slack:@U01ANN",))).channel == "slack"
    assert measure_of(renewed(opened(), reached=())).channel == NOWHERE


def test_length_is_what_a_card_shows_and_not_the_conversation() -> None:
    packet, silent = a_packet(), a_packet(reasoning="")
    assert length(packet, "") - length(silent, "") == len(packet.reasoning)
    assert length(packet, "summary") - length(packet, "") == len("summary")
