"""What the policy makes of a packet."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest

from bot.canonical import digest
from bot.domain.errors import Forbidden, Invalid
from bot.domain.packet import Context, Impact, ProposedAction, ReviewPacket, Subject
from bot.domain.status import ImpactLevel, Mode
from bot.policy import Policy, parse_policy
from bot.policy_view import PolicyView
from bot.submissions import Asked, Assessment
from tests.policy.samples import POLICY, changed

NOW = datetime(2026, 11, 21, 12, tzinfo=UTC)
ARGUMENTS = {"order": "4892", "amount": "240.00", "currency": "EUR"}
REFUND = ReviewPacket(
    action=ProposedAction(name="refund.issue", arguments=ARGUMENTS),
    reasoning="They were charged twice.",
    context=Context(subject=Subject(id="c-118")),
)


@pytest.fixture(scope="module")
def policy() -> Policy:
    return parse_policy(POLICY)


def packet(name: str = "refund.issue", **arguments: Any) -> ReviewPacket:
    return replace(
        REFUND, action=ProposedAction(name=name, arguments={**ARGUMENTS, **arguments}, summary="Do it")
    )


def assess(
    policy: PolicyView, packet: ReviewPacket = REFUND, *, agent: str = "support-bot", **asked: Any
) -> Assessment:
    return policy.assess(agent, packet, Asked(**asked), NOW)


def refusal(policy: Policy, packet: ReviewPacket = REFUND, **asked: Any) -> Invalid:
    with pytest.raises(Invalid) as error:
        assess(policy, packet, **asked)
    return error.value


def test_a_listed_action_is_gated_with_its_facts_derived(policy: Policy) -> None:
    proposal = assess(policy).proposal

    assert proposal.ruling.mode is Mode.GATE
    assert proposal.ruling.rule == "default"
    assert proposal.ruling.owner == "ann"
    assert proposal.ruling.why == "Every request needs a person's decision unless a rule says otherwise."
    assert proposal.summary == "Refund 240.00 EUR for order 4892"
    assert (proposal.amount, proposal.currency) == (Decimal("240.00"), "EUR")
    assert proposal.digest == digest("refund.issue", ARGUMENTS)
    assert proposal.policy_version == policy.version
    assert proposal.irreversible
    assert not proposal.high_impact


def test_the_terms_are_copied_from_the_action_and_the_escalation_policy(policy: Policy) -> None:
    terms = assess(policy).terms

    assert terms.escalation_policy == "support"
    assert terms.action_owner == "ann"
    assert terms.valid_for == timedelta(hours=1)
    assert terms.mask == ("arguments.card_number",)
    assert terms.arguments_schema is not None
    assert '"required":["amount"]' in terms.arguments_schema


def test_the_same_terms_are_the_same_object(policy: Policy) -> None:
    first, second = packet("refund.a"), packet("refund.b")

    assert assess(policy).terms is assess(policy).terms
    assert assess(policy, first).terms is assess(policy, second).terms
    assert assess(policy).terms is not assess(policy, first).terms


def test_an_unlisted_action_is_irreversible_and_gated(policy: Policy) -> None:
    claimed = replace(packet("refund.unheard_of"), impact=Impact(reversible=True))

    proposal = assess(policy, claimed).proposal

    assert proposal.irreversible
    assert proposal.ruling.mode is Mode.GATE
    assert "does not list this action" in proposal.ruling.why


def test_a_read_runs_freely(policy: Policy) -> None:
    proposal = assess(policy, packet("order.read")).proposal

    assert proposal.ruling.mode is Mode.AUTO
    assert proposal.ruling.rule == "read-only"
    assert not proposal.irreversible


def test_a_read_that_its_agent_calls_irreversible_is_gated(policy: Policy) -> None:
    proposal = assess(policy, replace(packet("order.read"), impact=Impact(reversible=False))).proposal

    assert proposal.ruling.mode is Mode.GATE


@pytest.mark.parametrize(
    ("action", "claim", "irreversible"),
    [
        ("credit.issue", None, False),
        ("credit.issue", True, False),
        ("credit.issue", False, True),
        ("refund.issue", True, True),
    ],
)
def test_the_stricter_of_policy_and_request_says_what_can_be_undone(
    policy: Policy,
    action: str,
    claim: bool | None,  # noqa: FBT001 - a table
    irreversible: bool,  # noqa: FBT001 - a table
) -> None:
    asked = replace(packet(action), impact=Impact(reversible=claim))

    assert assess(policy, asked).proposal.irreversible is irreversible


def test_high_impact_is_claimed_or_said_by_the_policy(policy: Policy) -> None:
    strict = parse_policy(changed("reversible: false", "impact: high"))

    assert assess(policy, replace(REFUND, impact=Impact(level=ImpactLevel.HIGH))).proposal.high_impact
    assert assess(strict, replace(REFUND, impact=Impact(level=ImpactLevel.LOW))).proposal.high_impact


def test_urgency_is_said_by_the_policy(policy: Policy) -> None:
    urgent = parse_policy(changed("reversible: false", "urgent: true"))

    assert assess(urgent).proposal.urgent
    assert not assess(policy).proposal.urgent


def test_a_claim_alone_is_no_amount(policy: Policy) -> None:
    claimed = replace(packet("refund.other"), impact=Impact(amount="1.00", currency="EUR"))

    proposal = assess(policy, claimed).proposal

    assert (proposal.amount, proposal.currency) == (None, None)


def test_the_summary_is_the_agents_where_the_policy_derives_none(policy: Policy) -> None:
    assert assess(policy, packet("credit.issue")).proposal.summary == "Do it"


@pytest.mark.parametrize("summary", [None, "", "  "])
def test_a_summary_is_needed_where_the_policy_derives_none(policy: Policy, summary: str | None) -> None:
    asked = packet("credit.issue")

    refused = refusal(policy, replace(asked, action=replace(asked.action, summary=summary)))

    assert refused.field == "action.summary"


def test_the_agents_summary_gives_way_to_the_derived_one(policy: Policy) -> None:
    said = replace(REFUND, action=replace(REFUND.action, summary="Refund 1 EUR"))

    assert assess(policy, said).proposal.summary == "Refund 240.00 EUR for order 4892"


@pytest.mark.parametrize(
    ("impact", "field"),
    [
        (Impact(amount="99.00"), "impact.amount"),
        (Impact(amount="lots"), "impact.amount"),
        (Impact(amount="1e999999999"), "impact.amount"),
        (Impact(amount="240.00", currency="USD"), "impact.currency"),
    ],
)
def test_a_claim_that_contradicts_the_arguments_is_refused(
    policy: Policy, impact: Impact, field: str
) -> None:
    assert refusal(policy, replace(REFUND, impact=impact)).field == field


def test_the_same_amount_written_otherwise_is_no_contradiction(policy: Policy) -> None:
    said = replace(REFUND, impact=Impact(amount="240", currency="eur"))

    assert assess(policy, said).proposal.amount == 240


@pytest.mark.parametrize("amount", ["a lot", "1e9", "NaN", "Infinity", "1" * 40, "", " 5", "٥"])
def test_an_amount_that_is_none_is_refused(policy: Policy, amount: str) -> None:
    refused = refusal(policy, packet(amount=amount))

    assert refused.field == "action.arguments.amount"
    assert len(refused.sentence) < 200


def test_numbers_are_exact_or_refused() -> None:
    loose = parse_policy(
        changed("{type: object, properties: {amount: {type: string}}, required: [amount]}", "{}")
    )

    assert assess(loose, packet(amount=240)).proposal.amount == 240
    assert "send the amount as a text" in refusal(loose, packet(amount=240.1)).sentence
    assert refusal(loose, packet(amount=None)).field == "action.arguments.amount"
    assert refusal(loose, packet(amount=None)).sentence.startswith("action.arguments.amount is null;")
    assert refusal(loose, packet(amount=True)).sentence.startswith("action.arguments.amount is true;")


def test_a_currency_in_small_letters_is_the_same_currency(policy: Policy) -> None:
    assert assess(policy, packet(currency="eur")).proposal.currency == "EUR"


@pytest.mark.parametrize("currency", [5, "euro", "E", "EÜR", None])
def test_a_currency_that_is_none_is_refused(policy: Policy, currency: object) -> None:
    assert refusal(policy, packet(currency=currency)).field == "action.arguments.currency"


def test_a_missing_argument_of_the_summary_is_named(policy: Policy) -> None:
    arguments = {"amount": "1", "currency": "EUR"}

    refused = refusal(
        policy, replace(REFUND, action=ProposedAction(name="refund.issue", arguments=arguments))
    )

    assert refused.field == "action.arguments.order"


def test_a_required_part_that_is_missing_is_named(policy: Policy) -> None:
    refused = refusal(policy, replace(REFUND, context=Context()))

    assert refused.field == "context.subject"
    assert refused.sentence == (
        "refund.issue has to come with context.subject, which the packet lacks; add it."
    )


def test_arguments_have_to_fit_their_schema(policy: Policy) -> None:
    assert refusal(policy, packet(amount=240)).field == "action.arguments.amount"


def test_an_unknown_agent_is_told_where_it_would_be_added(policy: Policy) -> None:
    with pytest.raises(Forbidden, match="does not know the agent eve; its owner adds it under agents"):
        assess(policy, agent="eve")


def test_the_first_matching_route_is_taken(policy: Policy) -> None:
    credit = assess(policy, packet("credit.issue"))

    assert credit.proposal.route == "credits"
    assert credit.terms.escalation_policy == "finance"


def test_without_a_route_requests_go_to_the_default(policy: Policy) -> None:
    refund = assess(policy)

    assert refund.proposal.route is None
    assert refund.terms.escalation_policy == "support"


def test_an_agent_may_choose_a_route_that_the_policy_lets_it(policy: Policy) -> None:
    chosen = assess(policy, packet("refund.vip"), route="vip-refunds")

    assert chosen.proposal.route == "vip-refunds"


@pytest.mark.parametrize("route", ["credits", "no-such-route", ""])
def test_an_agent_may_choose_no_other_route(policy: Policy, route: str) -> None:
    with pytest.raises(Forbidden, match="it may choose vip-refunds"):
        assess(policy, packet("credit.issue"), route=route)


def test_a_route_for_other_actions_cannot_be_chosen(policy: Policy) -> None:
    assert refusal(policy, route="vip-refunds").field == "route"


@pytest.mark.parametrize(
    ("asked", "taken"),
    [
        (None, ("approve", "edit", "reject", "escalate")),
        (("reject", "approve"), ("approve", "reject")),
        (("edit", "reject", "edit"), ("edit", "reject")),
    ],
)
def test_choices_are_what_the_agent_offers(
    policy: Policy, asked: tuple[str, ...] | None, taken: tuple[str, ...]
) -> None:
    assert assess(policy, choices=asked).proposal.choices == taken


@pytest.mark.parametrize(
    "choices", [(), ("approve",), ("reject",), ("approve", "rejct"), ("reject", "escalate")]
)
def test_nobody_is_asked_without_being_able_to_say_no(policy: Policy, choices: tuple[str, ...]) -> None:
    assert refusal(policy, choices=choices).field == "choices"


@pytest.mark.parametrize(
    ("asked", "taken"),
    [
        (None, "https://agents.example.com/placet"),
        ("https://agents.example.com/elsewhere", "https://agents.example.com/elsewhere"),
        ("https://AGENTS.example.com:444/x", "https://AGENTS.example.com:444/x"),
        ("https://other.example.com:8443/x", "https://other.example.com:8443/x"),
    ],
)
def test_a_request_may_name_its_own_callback_on_an_allowed_host(
    policy: Policy, asked: str | None, taken: str
) -> None:
    assert assess(policy, callback_url=asked).proposal.callback_url == taken


@pytest.mark.parametrize(
    "url",
    [
        "https://evil.example.com/x", "https://agents.example.com.evil.com/x",
        "https://agents.example.com@evil.com/",
        "https://user:word@agents.example.com/", "ftp://agents.example.com/", "//agents.example.com/", "",
        "https://",
        "https://other.example.com/x", "https://[::1", "https://agents.example.com:99999999/",
        "javascript:alert(1)",
    ],
)  # fmt: skip
def test_any_other_callback_is_refused(policy: Policy, url: str) -> None:
    assert refusal(policy, callback_url=url).field == "callback.url"


def test_an_agent_without_callback_polls() -> None:
    polling = parse_policy(changed('    callback: {url: "https://agents.example.com/placet"}\n', ""))

    assert assess(polling).proposal.callback_url is None


def test_the_deadline_has_to_be_ahead(policy: Policy) -> None:
    soon = NOW + timedelta(seconds=1)

    assert assess(policy, needed_by=soon).proposal.needed_by == soon
    assert refusal(policy, needed_by=NOW).field == "needed_by"


def test_arguments_that_json_cannot_carry_are_refused_by_name(policy: Policy) -> None:
    assert refusal(policy, packet("refund.other", big=2**60)).field == "action.arguments"


def test_on_behalf_of_is_carried_along(policy: Policy) -> None:
    assert assess(policy, replace(REFUND, on_behalf_of="ann")).proposal.on_behalf_of == "ann"
