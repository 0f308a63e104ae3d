"""Ladders in the policy's file, and rules that were moved on them."""

from dataclasses import replace
from datetime import timedelta

import pytest

from bot.domain.autonomy.evidence import Demands
from bot.domain.autonomy.ladder import GATED, Rung
from bot.domain.autonomy.standing import Standing
from bot.domain.request import Ruling
from bot.domain.status import Mode
from bot.domain.steering import Steering
from bot.policy import Policy, PolicyError, parse_policy
from bot.submissions import Asked
from tests.backtest.pasts import a_credit
from tests.builders import AGENT, NOW
from tests.domain.autonomy.test_evidence import an_evidence
from tests.policy.samples import POLICY

AUTO, VETO = Rung(mode=Mode.AUTO), Rung(mode=Mode.VETO, window=timedelta(minutes=10))


def with_rule(text: str, more: str = "") -> Policy:
    """A policy whose only rule is for credits."""
    rule = f"rules:\n  - {{name: small, owner: ann, why: Small, match: credit.issue, {text}}}\n"
    return parse_policy(f"{POLICY}{rule}{more}")


def ruled(policy: Policy) -> Ruling:
    """The ruling on a credit."""
    return policy.assess(AGENT, a_credit(), Asked(), NOW).proposal.ruling


def moved(policy: Policy, rung: Rung) -> Policy:
    """The policy where its rule was moved."""
    [rule] = policy.rules.order
    assert rule.ladder is not None
    standing = Standing(
        rule="small",
        base=rule.ladder.base,
        rung=rung,
        takes=rule.takes,
        by="ann",
        why="Its owner let it earn this.",
        evidence=an_evidence(),
        made_at=NOW,
    )
    steering = Steering(version=policy.directory.steering.version + 1, standings=(standing,))
    return policy.under(replace(policy.directory, steering=steering))


def test_a_rule_demands_what_its_file_says_until_it_is_moved() -> None:
    policy = with_rule("then: gate, may_become: [{veto: 10m}, auto]")
    assert ruled(policy).mode is Mode.GATE
    assert policy.rules.order[0].ladder is not None
    assert policy.rules.order[0].ladder.rungs == (GATED, VETO, AUTO)


def test_a_moved_rule_demands_what_it_was_moved_to_and_says_so() -> None:
    ruling = ruled(moved(with_rule("then: gate, may_become: [auto]"), AUTO))
    assert (ruling.mode, ruling.rule) == (Mode.AUTO, "small")
    assert ruling.why == "Small. Its owner let it earn this."


def test_a_rule_moved_to_a_window_has_it() -> None:
    ruling = ruled(moved(with_rule("then: gate, may_become: [{veto: 10m}]"), VETO))
    assert (ruling.mode, ruling.window) == (Mode.VETO, timedelta(minutes=10))


@pytest.mark.parametrize("change", ["impact.amount < 5000.0", "impact.amount < 50.0 || true"])
def test_a_wider_condition_under_the_same_name_begins_where_its_file_says(change: str) -> None:
    rule = "when: {}, then: gate, may_become: [auto]"
    earned = moved(with_rule(rule.format("impact.amount < 50.0")), AUTO)
    assert ruled(earned).mode is Mode.AUTO

    wider = with_rule(rule.format(change))
    steering = earned.directory.steering
    assert ruled(wider.under(replace(wider.directory, steering=steering))).mode is Mode.GATE


def test_a_rule_that_lost_its_autonomy_gates() -> None:
    ruling = ruled(moved(with_rule("then: auto"), GATED))
    assert (ruling.mode, ruling.sample) == (Mode.GATE, 0.0)


def test_a_rule_is_back_where_its_file_says_once_nothing_moves_it() -> None:
    policy = moved(with_rule("then: auto"), GATED)
    back = policy.under(replace(policy.directory, steering=Steering(version=9)))
    assert ruled(back).mode is Mode.AUTO


def test_no_step_lets_run_what_cannot_be_undone() -> None:
    policy = parse_policy(
        POLICY + "rules:\n  - {name: small, owner: ann, why: Small, match: refund.issue, then: gate,"
        " may_become: [auto]}\n"
    )
    [rule] = policy.rules.order
    assert rule.ladder is not None
    packet = replace(
        a_credit(),
        action=replace(
            a_credit().action,
            name="refund.issue",
            arguments={"order": "4892", "amount": "20.00", "currency": "EUR"},
        ),
    )
    ruling = moved(policy, AUTO).assess(AGENT, packet, Asked(), NOW).proposal.ruling
    assert ruling.mode is Mode.GATE


@pytest.mark.parametrize(
    ("rule", "told"),
    [
        ("then: auto, may_become: [notify]", "Each step has to let more run than the one before it"),
        ("then: refuse, may_become: [auto]", "A rule that refuses becomes nothing else"),
        ("then: gate, may_become: [refuse]", "A rule earns no refusals"),
        ("then: gate, may_become: [sometimes]", "nothing that a rule can demand"),
        (
            'then: gate, may_become: [auto], when: "signals.confidence > 0.8"',
            "A rule that lets something run is sure of what it reads",
        ),
    ],
)
def test_a_ladder_that_cannot_be_climbed_is_refused_with_its_reason(rule: str, told: str) -> None:
    with pytest.raises(PolicyError, match=told):
        with_rule(rule)


def test_what_rules_have_to_show_can_be_set() -> None:
    policy = with_rule("then: auto", "autonomy: {at_least: 10, approved: 0.8, errors: 0.02}\n")
    assert policy.demands == Demands(at_least=10, approved=0.8, errors=0.02)
    assert with_rule("then: auto").demands == Demands()
