"""Rules of a policy file: which one takes a request, and what it then demands."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from bot.domain.history import History
from bot.domain.packet import ProposedAction, ReviewPacket, Signals
from bot.domain.request import Ruling
from bot.domain.status import Held, Mode
from bot.policy import Policy, parse_policy
from bot.submissions import Asked, Assessment
from tests.policy.samples import changed

NOW = datetime(2026, 11, 21, 12, tzinfo=UTC)
CREDIT = ReviewPacket(
    action=ProposedAction(name="credit.issue", arguments={"amount": "20.00"}, summary="Credit 20 EUR"),
    reasoning="They were charged twice.",
)


def with_rules(*rules: str) -> Policy:
    """The sample policy with rules, each written as in the file."""
    lines = "".join(
        f"  - {{name: r{index}, owner: ben, why: Why., {rule}}}\n" for index, rule in enumerate(rules)
    )
    return parse_policy(changed("routes:\n", f"rules:\n{lines}routes:\n"))


def assessed(policy: Policy, packet: ReviewPacket = CREDIT) -> Assessment:
    return policy.assess("support-bot", packet, Asked(), NOW)


def ruling(policy: Policy, packet: ReviewPacket = CREDIT) -> Ruling:
    found = assessed(policy, packet)
    assert found.deferred is None
    return found.proposal.ruling


def measured(**signals: object) -> ReviewPacket:
    return replace(CREDIT, signals=replace(Signals(), **signals))  # type: ignore[arg-type]  # test data


def test_the_first_rule_that_holds_rules() -> None:
    policy = with_rules(
        "match: credit.issue, when: impact.amount > 50.0, then: notify",
        "match: credit.issue, when: impact.amount < 50.0, then: auto",
        "then: gate",
    )

    found = ruling(policy)

    assert (found.mode, found.rule, found.owner, found.why) == (Mode.AUTO, "r1", "ben", "Why.")


def test_a_rule_is_only_for_the_actions_it_matches() -> None:
    assert ruling(with_rules('match: "refund.*", then: auto')).rule == "default"
    assert ruling(with_rules('match: "credit.*", then: auto')).rule == "r0"


def test_refusals_come_first() -> None:
    assert ruling(with_rules("then: auto", "when: impact.amount > 10.0, then: refuse")).mode is Mode.REFUSE


def test_a_customer_who_asked_for_a_human_gets_one_before_any_automatic_rule() -> None:
    packet = measured(asked_for_human=True)

    assert ruling(with_rules("then: auto"), packet).rule == "asked-for-human"
    assert ruling(with_rules("then: auto"), measured(asked_for_human=False)).mode is Mode.AUTO
    assert ruling(with_rules("then: auto", "then: refuse"), packet).mode is Mode.REFUSE


def test_a_veto_has_its_window() -> None:
    found = ruling(with_rules("then: {veto: 10m}"))

    assert (found.mode, found.window) == (Mode.VETO, timedelta(minutes=10))


@pytest.mark.parametrize("then", ["gate", "refuse"])
def test_a_rule_that_cannot_be_told_gates_and_says_why(then: str) -> None:
    found = ruling(with_rules(f"when: signals.confidence > 0.5, then: {then}", "then: auto"))

    assert (found.mode, found.rule) == (Mode.GATE, "r0")
    assert found.why == "The rule r0 could not be told: there is no confidence. So a person decides."


def test_a_rule_that_reads_history_is_deferred_and_ends_with_it() -> None:
    policy = with_rules("when: history.agent_action_count < 3, then: auto")

    found = assessed(policy)

    assert found.proposal.ruling.mode is Mode.GATE
    assert found.deferred is not None
    assert found.deferred.needs == {"agent_action_count"}
    assert found.deferred.decide(History(agent_action_count=2)).mode is Mode.AUTO
    assert found.deferred.decide(History(agent_action_count=3)).mode is Mode.GATE
    assert "could not be told" in found.deferred.decide(History()).why
    assert found.deferred.decide(History(agent_action_count=2)).history == {"agent_action_count": 2}


def test_a_rule_in_the_shadow_is_only_noted() -> None:
    found = ruling(with_rules("shadow: true, then: auto", "then: gate"))

    assert (found.mode, found.rule) == (Mode.GATE, "r1")
    assert [(shadow.rule, shadow.mode) for shadow in found.shadowed] == [("r0", Mode.AUTO)]


@pytest.mark.parametrize("then", ["auto", "notify", "{veto: 10m}"])
def test_an_amount_below_zero_is_not_a_small_one(then: str) -> None:
    taken = replace(CREDIT, action=replace(CREDIT.action, arguments={"amount": "-90000.00"}))
    small, signed = "match: credit.issue, when: impact.amount < 50.0", ">= -100000.0 && impact.amount < 50.0"
    held = ruling(with_rules(f"{small}, then: {then}"), taken)

    assert (held.mode, held.rule) == (Mode.GATE, "r0")
    assert "impact.amount is below zero, and the condition says nothing of such amounts" in held.why
    meant = ruling(with_rules(f"{small.replace('< 50.0', signed)}, then: {then}"), taken)
    assert meant.mode is not Mode.GATE
    assert ruling(with_rules(f"{small}, then: refuse"), taken).mode is Mode.REFUSE


def test_no_rule_lets_run_what_cannot_be_undone() -> None:
    policy = with_rules("then: auto")
    refund = replace(
        CREDIT, action=replace(CREDIT.action, name="refund.unlisted", arguments={"amount": "20.00"})
    )

    found = ruling(policy, refund)

    assert (found.mode, found.rule) == (Mode.GATE, "r0")
    assert found.why == "Why. It cannot be undone, so a person decides."
    assert found.held is Held.IRREVERSIBLE
