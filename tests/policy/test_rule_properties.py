"""What holds for every policy that could be written, and for every packet that could be sent."""

import json
from contextlib import suppress
from dataclasses import replace
from datetime import UTC, datetime
from decimal import Decimal

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from bot.domain import lifecycle
from bot.domain.errors import Invalid
from bot.domain.history import AMOUNTS, NAMES, OF_SUBJECT, History
from bot.domain.invariants import UNASKED
from bot.domain.packet import ReviewPacket
from bot.domain.request import ApprovalRequest, Proposal
from bot.domain.rules import UnmetError
from bot.domain.status import Mode, Status
from bot.policy import PolicyError, parse_policy
from bot.policy.derive import Facts
from bot.policy.presence import unguarded
from bot.policy.problems import UnfitError
from bot.policy.reading import HISTORY, together
from bot.policy.rule_block import RuleBlock
from bot.policy.rule_case import RuleCase
from bot.policy.rule_conditions import compiled_rule
from bot.policy.rules import rule_book
from bot.submissions import Asked
from tests.builders import a_request, facts
from tests.policy.rule_strategies import CONDITIONS, HISTORIES, PACKETS, RULES
from tests.policy.samples import POLICY, changed

NOW = datetime(2026, 11, 21, 12, tzinfo=UTC)
PLAIN = parse_policy(POLICY)
POLICIES = st.lists(RULES, max_size=5)


def proposed(rules: list[RuleBlock], packet: ReviewPacket, history: History) -> Proposal:
    """What a policy with these rules makes of a packet; even rules that `policy check` refuses."""
    policy = replace(PLAIN, rules=rule_book(rules))
    try:
        made = policy.assess("support-bot", packet, Asked(), NOW)
    except Invalid:
        assume(False)
        raise
    if made.deferred is None:
        return made.proposal
    return replace(made.proposal, ruling=made.deferred.decide(history))


def opened(proposal: Proposal) -> ApprovalRequest:
    return lifecycle.open_request(replace(a_request(), proposal=proposal), facts()).request


@given(POLICIES, PACKETS, HISTORIES)
def test_property_every_packet_has_a_ruling(
    rules: list[RuleBlock], packet: ReviewPacket, history: History
) -> None:
    ruling = proposed(rules, packet, history).ruling

    assert ruling.rule
    assert ruling.owner
    assert all(isinstance(value, str) for value in ruling.matched.values())


@given(POLICIES, PACKETS, HISTORIES)
def test_property_no_policy_lets_run_what_cannot_be_undone(
    rules: list[RuleBlock], packet: ReviewPacket, history: History
) -> None:
    proposal = proposed(rules, packet, history)
    for_good = packet.action.name.startswith("refund.") or packet.impact.reversible is False

    assert proposal.irreversible is for_good
    if for_good:
        assert proposal.ruling.mode not in UNASKED
        assert opened(proposal).status is not Status.APPROVED


@given(PACKETS, st.sampled_from(sorted(UNASKED)))
def test_property_nor_does_a_ruling_that_no_policy_made(packet: ReviewPacket, mode: Mode) -> None:
    proposal = proposed([], packet, History())
    forced = replace(proposal, ruling=replace(proposal.ruling, mode=mode))

    assert not (forced.irreversible and opened(forced).status is Status.APPROVED)


@given(POLICIES, PACKETS, HISTORIES)
def test_property_a_person_is_asked_where_the_customer_asked_for_one(
    rules: list[RuleBlock], packet: ReviewPacket, history: History
) -> None:
    if packet.signals.asked_for_human:
        assert proposed(rules, packet, history).ruling.mode in (Mode.GATE, Mode.REFUSE)


@given(POLICIES, PACKETS, HISTORIES)
def test_property_rules_in_the_shadow_change_nothing(
    rules: list[RuleBlock], packet: ReviewPacket, history: History
) -> None:
    lit = [rule for rule in rules if not rule.shadow]

    with_them = replace(proposed(rules, packet, history).ruling, shadowed=(), history={})
    without = replace(proposed(lit, packet, history).ruling, history={})

    assert with_them == without


@given(POLICIES, PACKETS, HISTORIES)
def test_property_the_same_question_has_the_same_answer(
    rules: list[RuleBlock], packet: ReviewPacket, history: History
) -> None:
    assert proposed(rules, packet, history) == proposed(rules, packet, history)


@settings(max_examples=300)
@given(CONDITIONS, PACKETS, HISTORIES)
def test_property_a_condition_that_is_sure_of_what_it_reads_never_misses_it(
    text: str, packet: ReviewPacket, history: History
) -> None:
    try:
        when = compiled_rule(text)
    except UnfitError:
        assume(False)
        raise
    there = {("context", "subject"), ("impact", "amount"), ("impact", "currency")}
    assume(not list(unguarded(when.reading.tree, frozenset(there))))
    known = {**dict.fromkeys(NAMES - OF_SUBJECT - AMOUNTS, 1), **history.values()}
    facts = Facts(amount=Decimal("20.00"), currency="EUR", summary="Do it")
    case = RuleCase(
        "support-bot",
        packet,
        facts,
        mask=(),
        parts=together(path for path in when.reading.paths if path[0] != HISTORY),
    )

    with suppress(UnmetError):
        case.holds(when, known)
        return
    with pytest.raises(UnmetError, match=r"cannot be|neither|too many"):
        case.holds(when, known)


@given(CONDITIONS, st.sampled_from(["auto", "notify"]))
def test_property_a_policy_is_read_or_told_what_is_wrong(text: str, then: str) -> None:
    rule = f"{{name: r, owner: ben, why: W., when: {json.dumps(text)}, then: {then}}}"

    with suppress(PolicyError):
        parse_policy(changed("routes:\n", f"rules: [{rule}]\nroutes:\n"))
