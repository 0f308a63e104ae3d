"""Ruling anew on changed arguments: by the policy of the moment, with everything derived again."""

from dataclasses import replace
from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest

from bot.canonical import digest
from bot.domain.errors import Invalid
from bot.domain.history import History
from bot.domain.ids import new_id
from bot.domain.misfits import Misfit
from bot.domain.moves import Edited
from bot.domain.packet import Impact, ReviewPacket
from bot.domain.request import ApprovalRequest
from bot.domain.status import Held, Mode, Status
from bot.policy import Policy, parse_policy
from bot.submissions import Asked
from tests.policy.samples import POLICY, changed
from tests.policy.test_policy import ARGUMENTS, NOW, REFUND, packet

CLAIMED = replace(REFUND, impact=Impact(amount="240.00", currency="EUR"))
NEW = {**ARGUMENTS, "amount": "900.00"}


@pytest.fixture(scope="module")
def policy() -> Policy:
    return parse_policy(POLICY)


def asked(policy: Policy, given: ReviewPacket = CLAIMED, **asked: Any) -> ApprovalRequest:
    """The request that a packet makes."""
    made = policy.assess("support-bot", given, Asked(**asked), NOW)
    return ApprovalRequest(
        id=new_id("apr"),
        agent="support-bot",
        created_at=NOW,
        status=Status.PENDING,
        version=1,
        terms=made.terms,
        proposal=made.proposal,
    )


def edited(
    policy: Policy, request: ApprovalRequest, given: ReviewPacket = CLAIMED, **arguments: Any
) -> Edited:
    """What these arguments are in its place."""
    new = replace(given, action=replace(given.action, arguments={**given.action.arguments, **arguments}))
    return policy.reassess(request, new, History(), NOW + timedelta(hours=1))


def test_amount_currency_summary_and_digest_are_derived_from_the_new_arguments(policy: Policy) -> None:
    made = edited(policy, asked(policy), amount="900.00", currency="usd")
    assert (made.proposal.amount, made.proposal.currency) == (Decimal("900.00"), "USD")
    assert made.proposal.summary == "Refund 900.00 USD for order 4892"
    assert made.proposal.digest == digest("refund.issue", {**NEW, "currency": "usd"})
    assert made.packet.action.summary == made.proposal.summary


def test_the_agents_claims_do_not_contradict_the_edit(policy: Policy) -> None:
    impact = edited(policy, asked(policy), amount="900.00").packet.impact
    assert (impact.amount, impact.currency) == ("900.00", "EUR")
    silent = edited(policy, asked(policy, REFUND), REFUND, amount="900.00").packet.impact
    assert (silent.amount, silent.currency) == (None, None)


def test_what_cannot_be_derived_any_more_is_told_by_its_argument(policy: Policy) -> None:
    with pytest.raises(Invalid) as error:
        edited(policy, asked(policy), amount="a lot")
    assert error.value.field == "action.arguments.amount"


def test_a_summary_of_the_agents_own_is_told_to_be_from_before_the_edit(policy: Policy) -> None:
    credit = packet("credit.issue")
    request = asked(policy, credit)
    made = edited(policy, request, credit, amount="1")
    assert made.proposal.summary == "Changed by a reviewer: Do it"
    again = edited(policy, replace(request, proposal=made.proposal), credit, amount="2")
    assert again.proposal.summary == "Changed by a reviewer: Do it"


def test_what_the_agent_asked_for_beside_the_arguments_stays(policy: Policy) -> None:
    needed_by = NOW + timedelta(minutes=5)
    request = asked(
        policy,
        needed_by=needed_by,
        choices=("approve", "edit", "reject"),
        callback_url="https://agents.example.com/other",
    )
    proposal = edited(policy, request, amount="900.00").proposal
    assert proposal.needed_by == needed_by
    assert proposal.choices == ("approve", "edit", "reject")
    assert proposal.callback_url == "https://agents.example.com/other"


def test_a_route_that_the_agent_named_is_kept_and_another_is_found_anew(policy: Policy) -> None:
    vip = replace(packet("refund.vip"), impact=Impact())
    named = asked(policy, vip, route="vip-refunds")
    made = edited(policy, named, vip, order="77")
    assert made.proposal.route == made.proposal.chosen_route == "vip-refunds"
    assert made.terms is not None
    assert made.terms.escalation_policy == "finance"
    found = asked(policy, vip)
    assert found.proposal.chosen_route is None
    unlisted = parse_policy(changed('match: "refund.vip"', 'match: "refund.other"'))
    moved = edited(unlisted, found, vip, order="77")
    assert moved.terms is not None
    assert moved.terms.escalation_policy == "support"


def test_the_policy_of_the_moment_rules(policy: Policy) -> None:
    request = asked(policy)
    gone = parse_policy(changed('["refund.*", credit.issue, order.read]', "[credit.issue]"))
    assert edited(gone, request, amount="1.00").proposal.ruling.rule == "out-of-scope"
    later = parse_policy(
        changed("owner: ann\n    reversible: false", "owner: ann\n    impact: high\n    reversible: true")
    )
    made = edited(later, request, amount="1.00").proposal
    assert made.policy_version == later.version
    assert made.high_impact
    assert made.irreversible, "the stricter of both holds"


def test_arguments_fit_the_schema_of_now_and_the_one_that_was_copied(policy: Policy) -> None:
    copied = asked(policy).terms.arguments_schema
    later = parse_policy(changed("{amount: {type: string}}", "{amount: {type: string, maxLength: 6}}"))
    text = Misfit(path=("amount",), sentence="This has to be a text.")
    long = Misfit(path=("amount",), sentence="This may have at most 6 characters.")
    assert later.misfits("refund.issue", {"amount": 5}, copied) == (text,)
    assert later.misfits("refund.issue", {"amount": "1234567"}, copied) == (long,)
    assert policy.misfits("refund.issue", {"amount": "1234567"}, asked(later).terms.arguments_schema) == (
        long,
    )
    assert policy.misfits("refund.issue", {}, copied) == (
        Misfit(path=("amount",), sentence="This is needed."),
    )
    assert policy.misfits("credit.issue", {"anything": 1}, None) == ()


def test_an_edit_is_ruled_on_by_what_came_before_it() -> None:
    rule = (
        "  - {name: repeats, owner: ben, why: Again and again., then: refuse,"
        " when: history.same_subject_30d > 5}"
    )
    policy = parse_policy(changed("routes:\n", f"rules:\n{rule}\nroutes:\n"))
    new = replace(CLAIMED, action=replace(CLAIMED.action, arguments=NEW))
    rulings = [
        policy.reassess(asked(policy), new, History(same_subject_30d=count), NOW).proposal.ruling
        for count in (5, 6)
    ]

    assert [ruling.mode for ruling in rulings] == [Mode.GATE, Mode.REFUSE]


def test_amounts_in_the_currency_before_an_edit_say_nothing_about_another() -> None:
    rule = (
        "  - {name: much, owner: ben, why: Much already., then: refuse,"
        " when: history.automatic_amount_today > 100.0}"
    )
    policy = parse_policy(changed("routes:\n", f"rules:\n{rule}\nroutes:\n"))
    history = History(automatic_amount_today=Decimal(500))
    rulings = [
        policy.reassess(
            asked(policy),
            replace(CLAIMED, action=replace(CLAIMED.action, arguments={**NEW, "currency": currency})),
            history,
            NOW,
        ).proposal.ruling
        for currency in ("EUR", "USD")
    ]

    assert [ruling.mode for ruling in rulings] == [Mode.REFUSE, Mode.GATE]


RULES = """\
rules:
  - name: small
    owner: ben
    why: Small ones are routine.
    match: credit.issue
    when: impact.amount < 50.0
    then: auto
  - {name: never, owner: ben, why: Never this much., when: impact.amount > 500.0, then: refuse}
routes:
"""


def test_a_rule_that_refuses_refuses_an_edit_and_none_lets_it_run() -> None:
    policy = parse_policy(changed("routes:\n", RULES))
    credit = packet("credit.issue")
    request = asked(policy, credit)

    small = edited(policy, request, credit, amount="20.00").proposal.ruling
    great = edited(policy, request, credit, amount="900.00").proposal.ruling

    assert (small.mode, small.rule, small.held) == (Mode.GATE, "small", Held.EDITED)
    assert small.why == "Small ones are routine. A reviewer changed it, so people approve it."
    assert (great.mode, great.rule) == (Mode.REFUSE, "never")
