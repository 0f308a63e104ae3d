"""Whose numbers somebody may see."""

import pytest

from bot.domain.sight import Sight
from bot.policy import parse_policy
from bot.policy.sight import sight_of

POLICY = """
owner: olga
defaults: {escalation_policy: support}
people: {olga: {}, ann: {}, ben: {}, cat: {}, dan: {}, lea: {}}
groups: {finance: {members: [ben, cat]}}
leads: {lea: ["refund.*"], ben: ["order.read"]}
agents: {support-bot: {owner: dan, actions: ["*"]}}
actions: {refund.issue: {owner: ann}, credit.issue: {owner: dan}, order.read: {owner: ann}}
routes:
  - {name: large, match: "refund.*", when: "impact.amount > 500.0", escalation_policy: finance}
escalation_policies:
  support:
    quorum: {from: [ann, ben]}
    steps: [{to: ["web:support"], wait: 15m}, {to: ["web:leads"], wait: 15m, from: [lea]}]
  finance: {quorum: {from: [finance]}, steps: [{to: ["web:refunds"], wait: 15m}]}
"""


def sight(person: str) -> Sight:
    return sight_of(parse_policy(POLICY), person)


def test_who_decides_an_action_wherever_it_is_routed_sees_its_numbers_but_nobody_else_s() -> None:
    ann = sight("ann")

    assert ann.actions == ("credit.issue", "order.read")
    assert ann.people == ()
    assert not ann.sees("refund.issue"), "large refunds are not hers"


def test_who_decides_everything_wherever_it_is_routed_sees_all_of_it() -> None:
    ben = sight("ben")

    assert ben.actions == ("*",)
    assert ben.people == ("order.read",)


def test_a_lead_sees_what_each_reviewer_did_with_what_they_lead() -> None:
    lea = sight("lea")

    assert lea.actions == lea.people == ("refund.*",)
    assert not lea.sees("credit.issue"), "being asked later is no reason to see numbers of all requests"


def test_the_owner_of_the_policy_sees_every_number() -> None:
    assert sight("olga") == Sight(person="olga", actions=("*",), people=("*",))


@pytest.mark.parametrize("person", ["dan", "cat", "nobody", ""])
def test_others_see_none(person: str) -> None:
    assert sight(person).is_empty


@pytest.mark.parametrize(
    ("patterns", "match", "seen"),
    [
        (("refund.*",), None, ("refund.*",)),
        (("refund.*",), "refund.issue", ("refund.issue",)),
        (("refund.issue", "credit.issue"), "*", ("refund.issue", "credit.issue")),
        (("refund.*", "credit.issue"), "refund.*", ("refund.*",)),
        (("refund.*",), "credit.*", ()),
        ((), "*", ()),
    ],
)
def test_asking_for_actions_narrows_what_is_seen_and_never_widens_it(
    patterns: tuple[str, ...], match: str | None, seen: tuple[str, ...]
) -> None:
    assert Sight(person="ann", actions=patterns).within(match) == seen
