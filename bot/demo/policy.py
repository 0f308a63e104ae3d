"""The demo's policy: three channels, people with different say, and timers short enough to watch."""

from __future__ import annotations

_POLICY = """\
# The policy of the demo. `placet init` writes one to begin with for a real installation.
owner: cat
defaults: {escalation_policy: support}

people:
  ann: {name: Ann}
  ben: {name: Ben, limits: {"refund.*": 100 EUR}}
  cat: {name: Cat}
  dora: {name: Dora}

groups:
  support: {members: [ann, ben]}
  heads: {members: [ann, cat]}

# Dora answers for the agent: she sees what it asks, and never approves it.
leads: {cat: ["*"], dora: ["*"]}

agents:
  support-bot:
    owner: dora
    callback: {url: "@CALLBACK@"}
  your-agent: {owner: dora}       # for whoever looks on: the demo prints its key

actions:
  refund.issue:
    owner: ann
    reversible: false
    requires: [context.subject]
    amount: arguments.amount
    currency: arguments.currency
    summary: "Refund {amount} {currency} for order {order}"
    mask: [arguments.iban]
    valid_for: 1h
    # What reviewers may change, and how; the form behind "Edit…" is made of it.
    arguments:
      type: object
      required: [order, amount, currency]
      properties:
        order: {type: string, title: Order}
        amount: {type: string, title: Amount, description: With two decimals., pattern: "^[0-9]+[.][0-9]{2}$"}
        currency: {enum: [EUR, USD], title: Currency}
        iban: {type: string, title: Account to pay to}
        items: {type: array, title: Items}
  email.send:
    owner: ann
    reversible: false
    arguments:
      type: object
      required: [to, subject, body]
      properties:
        to: {type: string, title: To}
        subject: {type: string, title: Subject, minLength: 1}
        body: {type: string, title: Text, minLength: 1}
  account.delete: {owner: cat, reversible: false, impact: high, valid_for: 1h}
  credit.issue:
    owner: ann
    reversible: true
    amount: arguments.amount
    currency: arguments.currency
    summary: "Credit {amount} {currency} to {customer}"
  contract.change: {owner: cat, reversible: true, impact: medium}

# What needs nobody: it runs, people are told, and any of them can take it back.
rules:
  - name: tiny-credit
    owner: ann
    why: Up to 10 EUR a look costs more than the credit.
    match: credit.issue
    when: >-
      impact.currency == "EUR" && impact.amount <= 10.0
      && has(signals.confidence) && signals.confidence >= 0.9
    then: notify
    may_become: [auto]

routes:
  - {name: money, match: "refund.*", escalation_policy: refunds}
  - {name: credits, match: "credit.*", escalation_policy: refunds}
  - {name: deletions, match: "account.*", escalation_policy: deletions}
  - {name: contracts, match: "contract.*", escalation_policy: contracts}

escalation_policies:
  support:
    quorum: {from: [support]}
    steps:
      - {to: ["web:support"], wait: 10m}
      - {to: ["web:leads"], wait: 10m, from: [cat]}
  refunds:
    quorum: {from: [support]}
    steps:
      - {to: ["web:refunds"], wait: 10m, remind_every: 40s}
      - {to: ["web:leads"], wait: 10m, from: [cat]}
  deletions:                    # two people, one of them the head
    quorum: {approve: 2, from: [heads]}
    steps:
      - {to: ["web:support", "web:leads"], wait: 20m}
  contracts:                    # nobody has to touch this one to see it move on
    quorum: {from: [ann]}
    steps:
      - {to: ["web:support"], wait: @FIRST_WAIT@}
      - {to: ["web:leads"], wait: 15m, from: [cat]}
"""


def policy_text(*, callback: str, first_wait: str) -> str:
    """The policy with the agent's callback address; contracts move on after `first_wait`, such as `30s`."""
    return _POLICY.replace("@CALLBACK@", callback).replace("@FIRST_WAIT@", first_wait)
