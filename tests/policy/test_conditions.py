"""Conditions: what they see, what they may not do, and what happens when they cannot be told."""

from contextlib import suppress
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.domain.packet import Impact, ReviewPacket, Signals
from bot.domain.rules import UnmetError
from bot.policy.bodies import body_of
from bot.policy.conditions import LONGEST, compiled
from bot.policy.derive import Facts
from bot.policy.problems import UnfitError
from tests.builders import a_packet

DERIVED = Facts(amount=None, currency=None, summary="Refund 240.00 EUR to order 4892")


def holds(text: str, packet: ReviewPacket | None = None, facts: Facts = DERIVED) -> bool:
    condition = compiled(text)
    return condition.holds(body_of("support-bot", packet or a_packet(), facts, condition.roots))


@pytest.mark.parametrize(
    "text",
    [
        "impact.amount > 200.0 && impact.amount < 500",
        'impact.currency == "EUR"',
        'action.name.startsWith("refund.")',
        'action.arguments.order == "4892"',
        'context.subject.tier in ["gold", "platinum"]',
        'context.subject.facts["Customer since"] == "2023"',
        "has(signals.confidence) && signals.confidence >= 0.8",
        '!has(signals.asked_for_human) && "billing" in signals.topics',
        'agent == "support-bot" && impact.level == "medium"',
        "size(context.evidence) == 1 && context.evidence[0].quote == 'Lost.'",
        'action.summary.matches("^Refund [0-9.]+ EUR")',
    ],
)
def test_a_condition_sees_what_was_submitted(text: str) -> None:
    assert holds(text)
    assert not holds(f"!({text})")


def test_amounts_are_those_of_the_arguments_where_the_policy_derives_them() -> None:
    packet = a_packet(impact=Impact(amount="1.00", currency="USD"))
    derived = Facts(amount=Decimal("750.00"), currency="EUR", summary="")
    assert holds("impact.amount == 750.0 && impact.currency == 'EUR'", packet, derived)
    assert holds("impact.amount == 1.0", packet)


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("signals.confidence > 0.5", "there is no confidence"),
        ('on_behalf_of == "jo"', "there is no on_behalf_of"),
        ("action.name > 5", "it compares what cannot be compared"),
        ("impact.amount", "it says neither true nor false"),
        ("context.evidence[7].title == 'x'", "it cannot be worked out"),
        ("1 / 0 == 1", "it cannot be worked out"),
        ('"a".matches("(")', "it cannot be worked out"),
    ],
)
def test_what_cannot_be_told_says_why(text: str, why: str) -> None:
    with pytest.raises(UnmetError, match=why):
        holds(text, a_packet(signals=Signals()))


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("impact.amount >", "This is no condition in CEL near character"),
        ("(" * 400, "This is no condition in CEL"),
        ("impact.amout > 1.0", 'impact has no "amout". Did you mean "amount"?'),
        ("impct.amount > 1.0", 'Nothing that is submitted is called "impct". Did you mean "impact"?'),
        ("context.subject.tire == 'gold'", 'context.subject has no "tire". Did you mean "tier"?'),
        ("signals.topics.exists(t, t == 'x')", "does not go over lists"),
        (" || ".join(["action.name.matches('x')"] * 3), "searches by pattern at most 2 times"),
        ("true" + " " * LONGEST, f"A condition has at most {LONGEST} characters; this one has"),
    ],
)
def test_what_no_condition_may_say_is_refused_with_a_sentence(text: str, sentence: str) -> None:
    with pytest.raises(UnfitError) as error:
        compiled(text)
    assert sentence in str(error.value)


def test_texts_in_a_condition_are_no_names() -> None:
    assert holds("action.summary != 'impact.amout.exists(x, y)'")


def test_a_condition_is_compiled_once() -> None:
    assert compiled("impact.amount > 1.5") is compiled("impact.amount > 1.5")


@given(st.one_of(st.text(max_size=80), st.text("impact.amount<>=&|!()[]'\"0123456789 ", max_size=80)))
def test_any_text_is_a_condition_or_is_refused(text: str) -> None:
    with suppress(UnfitError, UnmetError):
        assert holds(text) in (True, False)
