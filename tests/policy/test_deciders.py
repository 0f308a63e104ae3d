"""Who decides requests that a pattern fits."""

from bot.policy import Policy, parse_policy
from bot.policy.deciders import could_approve, deciders

POLICY = """
owner: ann
defaults: {escalation_policy: support}
people: {ann: {name: Ann}, ben: {name: Ben}, cat: {name: Cat, denied: ["refund.*"]}, dan: {name: Dan}}
groups: {finance: {members: [ben, cat]}}
agents: {support-bot: {owner: dan, may_route: [large]}}
actions: {refund.issue: {owner: ann}, credit.issue: {owner: ann}}
routes:
  - {name: small, match: "refund.*", when: "impact.amount < 50.0", escalation_policy: support}
  - {name: all, match: "refund.*", escalation_policy: finance}
  - {name: large, match: "refund.*", escalation_policy: board}
  - {name: never, match: "refund.issue", escalation_policy: other}
escalation_policies:
  support: {quorum: {from: [ann]}, steps: [{to: ["web:support"], wait: 15m}]}
  finance: {quorum: {from: [finance]}, steps: [{to: ["web:refunds"], wait: 15m, from: [ann]}]}
  board: {quorum: {from: [dan]}, steps: [{to: ["web:board"], wait: 15m}]}
  other: {quorum: {from: [dan]}, steps: [{to: ["web:other"], wait: 15m}]}
"""


def policy() -> Policy:
    return parse_policy(POLICY)


def test_every_escalation_policy_that_requests_can_come_to_counts() -> None:
    assert deciders(policy(), "refund.*") == {
        "support": frozenset({"ann"}),
        "finance": frozenset({"ann", "ben"}),
        "board": frozenset({"dan"}),
    }
    assert deciders(policy(), "credit.issue") == {"support": frozenset({"ann"})}


def test_somebody_denied_all_of_it_decides_none_of_it() -> None:
    cat = policy().directory.people["cat"]
    assert not could_approve(cat, "refund.issue")
    assert could_approve(cat, "*")
    assert could_approve(cat, "credit.issue")
