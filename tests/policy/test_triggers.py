"""Everything that rules can tell requests apart by, each with a request on either side."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

import pytest

from bot.domain.history import History
from bot.domain.packet import Context, Impact, ProposedAction, ReviewPacket, Signals, Subject
from bot.domain.request import Ruling
from bot.domain.status import ImpactLevel, Mode
from bot.policy import Policy, parse_policy
from bot.submissions import Asked
from tests.policy.samples import changed

NOW = datetime(2026, 11, 21, 12, tzinfo=UTC)
GOOD = ReviewPacket(
    action=ProposedAction(
        name="credit.issue",
        summary="Credit 20.00 EUR",
        audience="customer",
        arguments={"amount": "20.00", "lines": 3, "card_number": "4111111111111111"},
    ),
    reasoning="They were charged twice.",
    context=Context(subject=Subject(id="c-118", tier="gold", facts={"LTV": "2,400 USD"})),
    signals=Signals(confidence=0.9, sentiment="calm", sentiment_score=0.2, topics=("billing",)),
    agent_version="7",
)


def policy_of(*rules: str) -> Policy:
    """The sample policy with rules for credits, each written as in the file."""
    lines = (
        f"  - {{name: r{index}, owner: ben, why: Why., match: credit.issue, {rule}}}\n"
        for index, rule in enumerate(rules)
    )
    return parse_policy(changed("routes:\n", f"rules:\n{''.join(lines)}routes:\n"))


def ruled(policy: Policy, packet: ReviewPacket, history: History | None = None) -> Ruling:
    made = policy.assess("support-bot", packet, Asked(), NOW)
    if made.deferred is not None:
        assert history is not None
        return made.deferred.decide(history)
    return made.proposal.ruling


def of(part: str, **values: Any) -> ReviewPacket:
    """The good packet with other values in one part."""
    return replace(GOOD, **{part: replace(getattr(GOOD, part), **values)})


def arguments(**given: Any) -> ReviewPacket:
    return of("action", arguments={**GOOD.action.arguments, **given})


def asked_about(**values: Any) -> ReviewPacket:
    assert GOOD.context.subject is not None
    return of("context", subject=replace(GOOD.context.subject, **values))


TAKEN: list[tuple[str, ReviewPacket, ReviewPacket]] = [
    ("impact.amount <= 100.0", arguments(amount="99.99"), arguments(amount="100.01")),
    ("impact.amount <= 100.0", arguments(amount="100"), arguments(amount="100.000001")),
    ("impact.amount < 0.3", arguments(amount="0.29"), arguments(amount="0.3")),
    ("signals.confidence >= 0.8", of("signals", confidence=0.8), of("signals", confidence=0.7999)),
    ('signals.sentiment == "angry"', of("signals", sentiment="angry"), GOOD),
    ("signals.sentiment_score < -0.5", of("signals", sentiment_score=-0.8), GOOD),
    ('"legal" in signals.topics', of("signals", topics=("billing", "legal")), GOOD),
    (
        "has(signals.policy_exception) && signals.policy_exception",
        of("signals", policy_exception=True),
        of("signals", policy_exception=False),
    ),
    ("size(signals.missing) > 0", of("signals", missing=("invoice",)), GOOD),
    ('context.subject.tier in ["gold", "platinum"]', GOOD, asked_about(tier="basic")),
    ('"LTV" in context.subject.facts', GOOD, asked_about(facts={})),
    ('action.audience == "public"', of("action", audience="public"), GOOD),
    ("action.arguments.lines > 5", arguments(lines=6), GOOD),
    ('impact.level == "low"', replace(GOOD, impact=Impact(level=ImpactLevel.LOW)), GOOD),
    ('agent == "support-bot" && agent_version == "7"', GOOD, replace(GOOD, agent_version="8")),
    ('action.summary.contains("20.00")', GOOD, of("action", summary="Credit")),
    ('reasoning.matches("twice")', GOOD, replace(GOOD, reasoning="Why not.")),
]


@pytest.mark.parametrize(("when", "taken", "not_taken"), TAKEN, ids=[each[0] for each in TAKEN])
def test_a_rule_takes_what_it_is_for_and_nothing_else(
    when: str, taken: ReviewPacket, not_taken: ReviewPacket
) -> None:
    policy = policy_of(f"when: '{when}', then: refuse")

    assert ruled(policy, taken).mode is Mode.REFUSE
    assert ruled(policy, not_taken).mode is Mode.GATE


@pytest.mark.parametrize(
    ("when", "taken", "not_taken"),
    [
        ("history.agent_action_count < 3", {"agent_action_count": 2}, {"agent_action_count": 3}),
        ("history.subject_action_count == 0", {"subject_action_count": 0}, {"subject_action_count": 1}),
        ("history.same_subject_30d < 2", {"same_subject_30d": 1}, {"same_subject_30d": 2}),
        ("history.rejected_before == 0", {"rejected_before": 0}, {"rejected_before": 1}),
        ("history.approved_before > 4", {"approved_before": 5}, {"approved_before": 4}),
    ],
)
def test_novelty_and_repeated_claims_are_told_by_history(
    when: str, taken: Mapping[str, int], not_taken: Mapping[str, int]
) -> None:
    policy = policy_of(f"when: '{when}', then: refuse")

    assert ruled(policy, GOOD, History(**taken)).mode is Mode.REFUSE  # type: ignore[arg-type]  # numbers
    assert ruled(policy, GOOD, History(**not_taken)).mode is Mode.GATE  # type: ignore[arg-type]  # numbers
    assert "could not be told" in ruled(policy, GOOD, History()).why


def test_an_amount_that_no_number_holds_exactly_is_not_taken_for_its_neighbour() -> None:
    policy = policy_of("when: impact.amount <= 100.0, then: auto", "then: notify")

    found = ruled(policy, arguments(amount="100.000000000000000001"))

    assert (found.mode, found.rule) == (Mode.GATE, "r0")
    assert "impact.amount has too many digits to be compared exactly" in found.why
    assert ruled(policy, arguments(amount="100.000")).mode is Mode.AUTO


def test_the_amount_that_counts_is_the_one_that_would_run() -> None:
    policy = policy_of("when: impact.amount <= 100.0, then: auto")
    claimed = replace(arguments(amount="99.00"), impact=Impact(amount="99.00"))

    found = ruled(policy, claimed)

    assert found.mode is Mode.AUTO
    assert found.matched == {"impact.amount": "99.00"}


def test_a_ruling_records_what_its_condition_read_in_its_order() -> None:
    found = ruled(
        policy_of(
            'when: \'"legal" in signals.topics || signals.confidence > 0.5 && !has(impact.level) &&'
            " size(action.arguments) > 1 && impact.amount < 50.0', then: gate"
        ),
        of("signals", topics=("billing", "refunds"), confidence=0.9),
    )

    assert list(found.matched.items()) == [
        ("signals.topics", "billing, refunds"),
        ("signals.confidence", "0.9"),
        ("action.arguments", "3 entries"),
        ("impact.amount", "20.00"),
    ]


def test_masked_arguments_are_masked_in_what_a_ruling_records() -> None:
    text = changed("currency: EUR}", "currency: EUR, mask: [arguments.card_number]}")
    when = 'action.arguments.card_number.startsWith("41")'
    rule = f"{{name: card, owner: ben, why: W., when: '{when}', then: gate}}"
    policy = parse_policy(text.replace("routes:\n", f"rules:\n  - {rule}\nroutes:\n", 1))

    found = ruled(policy, GOOD)

    assert found.rule == "card"
    assert found.matched == {"action.arguments.card_number": "text, 16 characters, ends in 1111"}


def test_history_that_was_read_stands_among_what_matched() -> None:
    policy = policy_of("when: history.agent_action_count < 3, then: auto")

    found = ruled(policy, GOOD, History(agent_action_count=2))

    assert found.matched == {"history.agent_action_count": "2"}


def test_text_that_was_read_is_told_on_one_line_and_in_part() -> None:
    policy = policy_of("when: size(reasoning) > 3, then: gate")

    told = ruled(policy, replace(GOOD, reasoning="x\n" * 200)).matched["reasoning"]

    assert "\n" not in told
    assert len(told) <= 100


def test_only_a_rule_that_reads_it_minds_text_that_is_no_unicode() -> None:
    broken = of("signals", sentiment="\ud800")

    assert ruled(policy_of("when: impact.amount < 50.0, then: auto"), broken).mode is Mode.AUTO
    found = ruled(policy_of("when: 'signals.sentiment == \"angry\"', then: refuse"), broken)
    assert found.mode is Mode.GATE
    assert "the request holds what cannot be compared" in found.why
