"""What a packet must hold, and how it is told what it lacks."""

from dataclasses import replace

import pytest

from bot.domain.errors import Invalid
from bot.domain.packet import Context, Impact, ProposedAction, ReviewPacket, Signals, Subject
from bot.policy.problems import UnfitError
from bot.policy.requirements import REQUIRABLE, demand, parse_requirement

EMPTY = ReviewPacket(action=ProposedAction(name="refund.issue"), reasoning="r")


@pytest.mark.parametrize("path", REQUIRABLE)
def test_an_empty_packet_lacks_everything_that_can_be_required(path: str) -> None:
    assert not parse_requirement(path).met(EMPTY)


def test_what_is_there_is_there_even_when_it_is_zero_or_false() -> None:
    packet = replace(
        EMPTY, signals=Signals(confidence=0.0, asked_for_human=False), impact=Impact(reversible=False)
    )

    for path in ("signals.confidence", "signals.asked_for_human", "impact.reversible"):
        assert parse_requirement(path).met(packet)


@pytest.mark.parametrize("blank", ["", "  ", "\n"])
def test_blank_text_says_nothing(blank: str) -> None:
    assert not parse_requirement("recommendation").met(replace(EMPTY, recommendation=blank))


def test_arguments_and_facts_can_be_required_by_name() -> None:
    subject = Subject(facts={"customer since": "2023"})
    packet = replace(
        EMPTY,
        action=ProposedAction(name="x", arguments={"items": [{"sku": "A"}], "note": None}),
        context=Context(subject=subject),
    )

    assert parse_requirement("context.subject.facts.customer since").met(packet)
    assert not parse_requirement("context.subject.facts.LTV").met(packet)
    assert parse_requirement("arguments.items[0].sku").met(packet)
    assert not parse_requirement("action.arguments.note").met(packet)


def test_everything_that_is_missing_is_named_at_once() -> None:
    requirements = [
        parse_requirement(path) for path in ("context.subject", "arguments.order", "signals.topics")
    ]

    with pytest.raises(Invalid) as error:
        demand("refund.issue", requirements, EMPTY)

    assert error.value.field == "context.subject"
    assert error.value.sentence == (
        "refund.issue has to come with context.subject, action.arguments.order and signals.topics,"
        " which the packet lacks; add them."
    )


@pytest.mark.parametrize(
    "path", ["", "context", "arguments", "reasoning.x", "context.__class__", "action.name.x"]
)
def test_what_is_no_part_of_a_packet_cannot_be_required(path: str) -> None:
    with pytest.raises(UnfitError, match="no part of a review packet"):
        parse_requirement(path)
