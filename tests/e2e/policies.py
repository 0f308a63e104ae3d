"""The policy of the end-to-end tests: support asks first, then the leads; the agent's callbacks go to the test."""

from __future__ import annotations

POLICY = """
owner: ann
defaults: {{escalation_policy: support}}
people:
  ann: {{name: Ann Arbor, slack: U01ANN}}
  ben: {{name: Ben Nevis, slack: U01BEN}}
  cat: {{name: Cat Bells, slack: U01CAT}}
groups:
  support: {{members: [ann, ben]}}
leads: {{ann: ["*"]}}
agents:
  support-bot:
    owner: cat
    actions: ["*"]
    callback: {{url: "{callback}"}}
actions:
  refund.issue:
    owner: ann
    effect: write
    reversible: false
    amount: arguments.amount
    currency: arguments.currency
    summary: "Refund {{amount}} {{currency}} for order {{order}}"
    mask: [arguments.card_number]
    valid_for: 1h
escalation_policies:
  support:
    quorum: {{approve: 1, reject: 1, from: [support]}}
    steps:
      - {{to: ["slack:#support", "web:support"], wait: {first_wait}}}
      - {{to: ["slack:#leads"], wait: 30m}}
"""


def policy(callback: str, *, first_wait: str = "15m") -> str:
    """The policy with the address of an agent's callback receiver."""
    return POLICY.format(callback=callback, first_wait=first_wait)
