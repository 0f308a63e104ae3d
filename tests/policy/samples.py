"""A whole policy, small changes to it, and what is said about them."""

import pytest

from bot.policy import PolicyError, parse_policy

POLICY = """\
owner: ann
defaults: {escalation_policy: support}
people:
  ann: {name: Ann, slack: U01ANN, teams: 00000000-0000-0000-0000-0000000000a1, email: ann@example.com}
  ben: {name: Ben, slack: T01HOME/U01BEN, limits: {"refund.*": 500 EUR}}
  cat: {slack: U01CAT}
groups:
  finance: {members: [ann, ben]}
leads: {ann: ["*"], ben: ["refund.*"]}
agents:
  support-bot:
    owner: cat
    actions: ["refund.*", credit.issue, order.read]
    may_route: [vip-refunds]
    callback: {url: "https://agents.example.com/placet"}
    callback_hosts: [agents.example.com, "other.example.com:8443"]
    open_requests: 20
actions:
  refund.issue:
    owner: ann
    reversible: false
    requires: [context.subject]
    amount: arguments.amount
    currency: arguments.currency
    summary: "Refund {amount} {currency} for order {order}"
    arguments: {type: object, properties: {amount: {type: string}}, required: [amount]}
    mask: [arguments.card_number]
    valid_for: 1h
  credit.issue: {owner: ann, reversible: true, amount: arguments.amount, currency: EUR}
  order.read: {owner: ann, effect: read}
routes:
  - {name: vip-refunds, match: "refund.vip", escalation_policy: finance}
  - {name: credits, match: "credit.*", escalation_policy: finance}
escalation_policies:
  support:
    quorum: {approve: 1, reject: 1, from: [ann, ben]}
    steps: [{to: ["slack:#support", "web:support"], wait: 15m}]
  finance:
    quorum: {from: [finance]}
    steps:
      - {to: ["slack:#refunds", "teams:Support/approvals", "web:refunds"], wait: 15m, remind_every: 5m}
      - {to: ["slack:C0LEADS", "@finance", "@ann"], wait: 1h30m, from: [ann]}
    repeat: 1
    claim_idle: 45m
    hours: {days: mon-fri, from: "09:00", to: "18:00", zone: Europe/Berlin}
"""


def changed(old: str, new: str) -> str:
    """The policy with one passage replaced."""
    assert old in POLICY
    return POLICY.replace(old, new)


def complaints(text: str) -> list[str]:
    """What is said about a policy that cannot be used."""
    with pytest.raises(PolicyError) as error:
        parse_policy(text)
    return error.value.sentence.splitlines()


def warnings(text: str) -> list[str]:
    """What is said about a policy that can be used all the same."""
    return [problem.told("policy.yml") for problem in parse_policy(text).warnings]
