"""Routes made by mention beside those of the file, and conditions on both."""

import pytest

from bot.domain.errors import Invalid
from bot.domain.packet import Signals
from bot.domain.steering import MadeRoute, Steering
from bot.domain.terms import Target, TargetKind
from bot.policy import Policy, parse_policy
from bot.submissions import Asked, Assessment
from tests.builders import NOW, a_packet

POLICY = """
owner: ann
defaults: {escalation_policy: support}
people: {ann: {name: Ann}, ben: {name: Ben}, cat: {name: Cat}}
agents: {support-bot: {owner: cat, may_route: [large]}}
actions: {refund.issue: {owner: ann, amount: arguments.amount, currency: arguments.currency}}
routes:
  - {name: large, match: "refund.*", when: "impact.amount > 500.0", escalation_policy: finance}
  - {name: sure, match: "refund.*", when: "signals.confidence > 0.5", escalation_policy: finance}
escalation_policies:
  support: {quorum: {from: [ann]}, steps: [{to: ["web:support"], wait: 15m}]}
  finance: {quorum: {from: [ben]}, steps: [{to: ["web:refunds"], wait: 15m}, {to: ["@ben"], wait: 30m}]}
"""

BEN = Target(kind=TargetKind.PERSON, ref="ben", label="@ben")
LEADS = Target(kind=TargetKind.CHANNEL, ref="slack:C0LEADS", label="#leads")


def assess(
    policy: Policy, amount: str = "240.00", asked: Asked | None = None, **changes: object
) -> Assessment:
    packet = a_packet({"order": "1", "amount": amount, "currency": "EUR"}, impact=_NO_CLAIM, **changes)
    return policy.assess("support-bot", packet, asked or Asked(), NOW)


_NO_CLAIM = type(a_packet().impact)()


def made(name: str, *to: Target, match: str = "refund.*", when: str | None = None) -> MadeRoute:
    return MadeRoute(name=name, match=match, to=to, when=when, by="ann", made_at=NOW)


@pytest.fixture
def policy() -> Policy:
    return parse_policy(POLICY)


def test_a_route_of_the_file_takes_what_its_condition_holds_for(policy: Policy) -> None:
    assert assess(policy, "750.00").proposal.route == "large"
    assert assess(policy, "240.00", signals=Signals(confidence=0.1)).proposal.route is None


def test_a_condition_that_cannot_be_told_passes_its_route_over_and_says_so(policy: Policy) -> None:
    proposal = assess(policy, signals=Signals()).proposal
    assert proposal.route is None
    assert proposal.passed_over == ("The route sure was passed over: there is no confidence.",)


def test_an_agent_chooses_a_route_only_where_its_condition_holds(policy: Policy) -> None:
    asked = Asked(route="large")
    assert assess(policy, "750.00", asked).proposal.route == "large"
    with pytest.raises(Invalid, match=r"is for requests where impact\.amount > 500\.0"):
        assess(policy, "240.00", asked)


def test_a_route_made_by_mention_replaces_whom_the_first_step_asks_and_nothing_else(policy: Policy) -> None:
    before = assess(policy, "750.00").terms
    found = assess(
        policy.under(policy.directory.steered(Steering(version=1, routes=(made("refund-1", LEADS),)))),
        "750.00",
    )
    assert found.proposal.route == "refund-1"
    assert found.terms.steps[0].to == (LEADS,)
    assert found.terms.steps[0].wait == before.steps[0].wait
    assert found.terms.steps[1:] == before.steps[1:]
    assert found.terms.quorum == before.quorum


def test_the_newest_route_that_takes_a_request_wins(policy: Policy) -> None:
    routes = (
        made("new", LEADS, when="impact.amount > 500.0"),
        made("old", BEN),
        made("other", BEN, match="credit.*"),
    )
    steered = policy.under(policy.directory.steered(Steering(version=3, routes=routes)))
    assert assess(steered, "750.00").proposal.route == "new"
    assert assess(steered, "240.00").proposal.route == "old"


def test_the_same_route_makes_the_same_terms(policy: Policy) -> None:
    steered = policy.under(policy.directory.steered(Steering(version=1, routes=(made("refund-1", LEADS),))))
    assert assess(steered).terms is assess(steered, "10.00").terms


def test_a_route_whose_condition_cannot_be_read_takes_nothing(policy: Policy) -> None:
    steered = policy.under(
        policy.directory.steered(Steering(version=1, routes=(made("refund-1", LEADS, when="nope >"),)))
    )
    assert assess(steered, signals=Signals(confidence=0.1)).proposal.route is None
