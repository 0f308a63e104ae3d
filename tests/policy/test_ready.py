"""The ready-made policies: usable as they are, and each rules on its table of packets as its comments say."""

import json
from datetime import date
from typing import Any

import pytest

from adapters.agents.packets import packet_of
from adapters.agents.payload import MOST_BODY_BYTES, SubmitBody
from adapters.agents.reading import parsed
from bot.domain.errors import Invalid, NotFound
from bot.domain.history import AMOUNTS, NAMES, History
from bot.domain.status import Mode
from bot.policy import Policy, parse_policy
from bot.policy.ready import READY, ready_policy
from bot.submissions import Asked, Assessment
from tests.builders import NOW
from tests.policy.packets import account, letter, operation, plan, refund, replicas

TODAY = date(2026, 11, 21)
#: an agent that did everything often before, and no customer who was here before
KNOWN = {"agent_action_count": 500, "agent_action_approved_30d": 80}


def ready(name: str) -> Policy:
    """A ready-made policy as `placet init` writes it."""
    return parse_policy(ready_policy(name, TODAY), today=TODAY)


def assessed(policy: Policy, body: dict[str, Any], history: dict[str, int]) -> Assessment:
    """What a policy makes of a body, with what came before."""
    raw = json.dumps({"reasoning": "Because.", **body}).encode()
    packet = packet_of(parsed(raw, SubmitBody, most=MOST_BODY_BYTES), len(raw))
    [agent] = policy.directory.agents
    return policy.assess(agent, packet, Asked(), NOW)


def ruled(policy: Policy, body: dict[str, Any], history: dict[str, int]) -> tuple[str, str]:
    """The mode and the rule."""
    found = assessed(policy, body, history)
    nothing: dict[str, Any] = dict.fromkeys(NAMES, 0) | dict.fromkeys(AMOUNTS, 0)
    known = History(**(nothing | KNOWN | history))
    ruling = found.deferred.decide(known) if found.deferred is not None else found.proposal.ruling
    return ruling.mode.value, ruling.rule


HUMAN: dict[str, Any] = {"signals": {"asked_for_human": True}}

POST = {"channel": "blog", "title": "News"}
DATABASE = {"database": "orders"}

#: a body, what came before, the mode, the rule
TABLES: dict[str, list[tuple[dict[str, Any], dict[str, int], str, str]]] = {
    "support-refunds": [
        (refund("99.99"), {}, "auto", "small-refund"),
        (refund("100.00"), {}, "auto", "small-refund"),
        (refund("-20.00"), {}, "gate", "default"),
        (refund("100.01"), {}, "veto", "middling-refund"),
        (refund("250.00"), {}, "veto", "middling-refund"),
        (refund("250.01"), {}, "gate", "default"),
        (refund("5000.00"), {}, "gate", "default"),
        (refund("5000.01"), {}, "refuse", "never-so-much"),
        (refund(confidence=0.8), {}, "auto", "small-refund"),
        (refund(confidence=0.79), {}, "gate", "default"),
        (refund("150.00", confidence=0.89), {}, "gate", "default"),
        (refund(action={"arguments": {"currency": "USD"}}), {}, "gate", "default"),
        (refund(impact={"reversible": False}), {}, "gate", "small-refund"),
        (refund(name="refund.cash"), {}, "gate", "default"),
        (refund(name="refund.goodwill"), {}, "gate", "always-ask"),
        (refund(**HUMAN), {}, "gate", "wants-a-human"),
        (refund(signals={"topics": ["legal"]}), {}, "gate", "touchy-topic"),
        (refund(signals={"topics": ["churn"], "confidence": 1.0}), {}, "gate", "touchy-topic"),
        (refund(signals={"sentiment": "angry"}), {}, "gate", "angry"),
        (refund(signals={"sentiment_score": -0.6}), {}, "gate", "angry"),
        (refund(signals={"sentiment_score": -0.59}), {}, "auto", "small-refund"),
        (refund(signals={"policy_exception": True}), {}, "gate", "exception"),
        (refund(signals={"missing": ["receipt"]}), {}, "gate", "exception"),
        (refund(context={"subject": {"tier": "enterprise"}}), {}, "gate", "valued-customer"),
        (refund(), {"agent_action_count": 19}, "gate", "first-ones"),
        (refund(), {"agent_action_count": 20}, "auto", "small-refund"),
        (refund(), {"subject_action_30d": 1}, "auto", "small-refund"),
        (refund(), {"subject_action_30d": 2}, "gate", "again"),
        (refund(), {"automatic_today": 199}, "auto", "small-refund"),
        (refund(), {"automatic_today": 200}, "gate", "small-refund"),
        (refund("20.00"), {"automatic_amount_today": 2980}, "auto", "small-refund"),
        (refund("20.01"), {"automatic_amount_today": 2980}, "gate", "small-refund"),
        (refund("25.00", 0.7, name="credit.issue"), {}, "notify", "small-credit"),
        (refund("25.01", 0.7, name="credit.issue"), {}, "gate", "default"),
        (refund("25.00", 0.69, name="credit.issue"), {}, "gate", "default"),
        (refund(name="order.note"), {}, "auto", "alone"),
        (refund(name="order.note", signals={"topics": ["legal"]}), {}, "gate", "touchy-topic"),
        (refund(name="order.read"), {}, "auto", "read-only"),
        (refund(name="order.cancel", action={"summary": "Cancel"}), {}, "gate", "default"),
        (refund(name="payroll.run", action={"summary": "Pay"}), {}, "gate", "out-of-scope"),
    ],
    "outbound-messages": [
        (letter(0.9), {}, "auto", "sure-reply"),
        (letter(0.89), {}, "notify", "fair-reply"),
        (letter(0.85), {}, "notify", "fair-reply"),
        (letter(0.84), {}, "gate", "default"),
        (letter(0.9, "message.followup"), {}, "veto", "sure-followup"),
        (letter(0.89, "message.followup"), {}, "gate", "default"),
        (letter(name="message.followup"), {"subject_action_30d": 2}, "veto", "sure-followup"),
        (letter(name="message.followup"), {"subject_action_30d": 3}, "gate", "too-many"),
        (letter(), {"agent_action_approved_30d": 49}, "gate", "suggested-first"),
        (letter(), {"agent_action_approved_30d": 50}, "auto", "sure-reply"),
        (letter(**HUMAN), {}, "gate", "wants-a-human"),
        (letter(signals={"topics": ["press"]}), {}, "gate", "touchy-topic"),
        (letter(action={"audience": "public"}), {}, "gate", "in-public"),
        (letter(signals={"sentiment": "angry"}), {}, "gate", "angry"),
        (letter(signals={"missing": ["order"]}), {}, "gate", "promises-something"),
        (letter(context={"subject": {"tier": "enterprise"}}), {}, "gate", "valued-customer"),
        (letter(context={"subject": {"facts": {"do not contact": "yes"}}}), {}, "refuse", "do-not-contact"),
        (letter(), {"automatic_today": 500}, "gate", "sure-reply"),
        (letter(name="message.internal"), {"agent_action_approved_30d": 0}, "auto", "alone"),
        (
            letter(
                name="post.publish",
                recommendation="Yes.",
                action={"arguments": {"channel": "blog", "title": "x"}},
            ),
            {},
            "gate",
            "default",
        ),
        (
            letter(
                name="campaign.send",
                recommendation="Yes.",
                impact={"summary": "All customers"},
                action={"arguments": {"name": "spring", "recipients": 900}},
            ),
            {},
            "gate",
            "always-ask",
        ),
        (letter(name="thread.read", action={"arguments": {"thread": "t"}}), {}, "auto", "read-only"),
    ],
    "account-changes": [
        (account(confidence=0.85), {}, "auto", "sure-unlock"),
        (account(confidence=0.84), {}, "gate", "default"),
        (account(action={"arguments": {"verified": False}}), {}, "refuse", "not-verified"),
        (account("account.close", action={"arguments": {"verified": False}}), {}, "refuse", "not-verified"),
        (account("account.update_address", 0.8), {}, "notify", "address"),
        (account("account.update_address", 0.79), {}, "gate", "default"),
        (account("account.update_email", 0.99), {}, "gate", "default"),
        (account("account.close", 1.0), {}, "gate", "default"),
        (account("account.erase", impact={"summary": "Everything."}), {}, "gate", "always-ask"),
        (account("account.read"), {}, "auto", "read-only"),
        (account(**HUMAN), {}, "gate", "wants-a-human"),
        (account(signals={"topics": ["takeover"]}), {}, "gate", "takeover"),
        (account(signals={"topics": ["churn"]}), {}, "gate", "leaving"),
        (account(signals={"policy_exception": True}), {}, "gate", "exception"),
        (account(context={"subject": {"tier": "enterprise"}}), {}, "gate", "enterprise"),
        (account(), {"agent_action_count": 9}, "gate", "first-ones"),
        (account(), {"agent_action_count": 10}, "auto", "sure-unlock"),
        (account(), {"subject_action_30d": 2}, "gate", "again"),
        (account(), {"automatic_today": 300}, "gate", "sure-unlock"),
        (plan("100.00"), {}, "veto", "small-plan"),
        (plan("100.01"), {}, "gate", "default"),
        (plan("49.00", "USD"), {}, "gate", "default"),
        (plan(), {"rejected_before": 1}, "gate", "said-no-before"),
    ],
    "infrastructure": [
        (operation(confidence=0.6), {}, "auto", "staging"),
        (operation(confidence=0.59), {}, "gate", "default"),
        (operation(environment="production", confidence=0.99), {}, "gate", "default"),
        (operation("deploy.release"), {}, "notify", "staging-release"),
        (operation("deploy.release", "production"), {}, "gate", "default"),
        (operation("deploy.rollback", "production", 0.9), {}, "veto", "quick-rollback"),
        (operation("deploy.rollback", "production", 0.89), {}, "gate", "default"),
        (operation("deploy.rollback", "production"), {"agent_action_count": 2}, "gate", "first-rollbacks"),
        (replicas(10), {}, "notify", "careful-scaling"),
        (replicas(11), {}, "gate", "default"),
        (replicas(2), {}, "notify", "careful-scaling"),
        (replicas(1), {}, "gate", "default"),
        (replicas(0), {}, "refuse", "down-to-nothing"),
        (replicas(0, "staging"), {}, "auto", "staging"),
        (operation(), {"agent_action_count": 4}, "gate", "first-ones"),
        (operation(), {"agent_action_today": 4}, "auto", "staging"),
        (operation(), {"agent_action_today": 5}, "gate", "in-a-loop"),
        (operation(**HUMAN), {}, "gate", "wants-a-human"),
        (operation(signals={"topics": ["incident"]}), {}, "gate", "incident"),
        (operation(signals={"missing": ["graph"]}), {}, "gate", "unclear"),
        (operation(impact={"level": "high"}), {}, "gate", "much-at-stake"),
        (operation(), {"automatic_today": 50}, "gate", "staging"),
        (operation("secret.rotate", action={"arguments": {"name": "k"}}), {}, "gate", "always-ask"),
        (operation("logs.read"), {}, "auto", "read-only"),
        (
            operation("database.migrate", impact={"summary": "x"}, action={"arguments": DATABASE}),
            {},
            "gate",
            "default",
        ),
        (
            operation(
                "database.delete",
                "production",
                impact={"summary": "x"},
                action={"arguments": DATABASE},
            ),
            {},
            "refuse",
            "never-production-data",
        ),
        (
            operation("database.delete", impact={"summary": "x"}, action={"arguments": DATABASE}),
            {},
            "gate",
            "always-ask",
        ),
    ],
}
CASES = [
    pytest.param(name, *case, id=f"{name}-{number}-{case[3]}")
    for name, table in TABLES.items()
    for number, case in enumerate(table)
]


@pytest.mark.parametrize("name", READY)
def test_it_can_be_used_as_it_is_without_a_warning(name: str) -> None:
    policy = ready(name)

    assert policy.warnings == ()
    assert {rule.review_by for rule in policy.rules.order} == {date(2027, 5, 20)}
    assert "CHANGE" in policy.text


@pytest.mark.parametrize("name", READY)
def test_it_shows_every_mode_a_sample_a_shadow_and_a_budget(name: str) -> None:
    policy = ready(name)
    rules = policy.rules.order

    assert {rule.then for rule in rules} == set(Mode)
    assert any(rule.shadow for rule in rules)
    assert any(rule.sample for rule in rules)
    assert all(agent.budget for agent in policy.directory.agents.values())


@pytest.mark.parametrize(("name", "body", "history", "mode", "rule"), CASES)
def test_a_packet_is_ruled_on_as_the_policy_says(
    name: str, body: dict[str, Any], history: dict[str, int], mode: str, rule: str
) -> None:
    assert ruled(ready(name), body, history) == (mode, rule)


@pytest.mark.parametrize("name", READY)
def test_every_rule_decides_some_row_of_the_table(name: str) -> None:
    rules = {rule.name for rule in ready(name).rules.order if not rule.shadow}

    assert rules <= {rule for _, _, _, rule in TABLES[name]}


def test_a_packet_that_lacks_a_part_is_refused() -> None:
    with pytest.raises(Invalid, match=r"context\.issue"):
        ruled(ready("support-refunds"), refund(context={"issue": None}), {})


def test_what_no_rule_lets_run_may_be_noted_in_the_shadow() -> None:
    found = assessed(ready("support-refunds"), refund("250.00", 0.95), {})
    assert found.deferred is not None
    nothing: dict[str, Any] = dict.fromkeys(NAMES, 0)

    [noted] = found.deferred.decide(History(**(nothing | KNOWN))).shadowed

    assert (noted.rule, noted.mode) == ("larger-by-itself", Mode.AUTO)


def test_one_that_does_not_exist_is_told_with_those_that_do() -> None:
    with pytest.raises(NotFound, match='Did you mean "support-refunds"'):
        ready_policy("support-refund", TODAY)
