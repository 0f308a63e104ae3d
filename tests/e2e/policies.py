"""The policy of the end-to-end tests: support asks first, then the leads; callbacks go to the test."""

from __future__ import annotations

POLICY = """
owner: ann
defaults: {{escalation_policy: support}}
people:
  ann: {{name: Ann Arbor, slack: U01ANN}}
  ben: {{name: Ben Nevis, slack: U01BEN}}
  cat: {{name: Cat Bells, slack: U01CAT}}
groups:
  support: {{members: [ann, ben, cat]}}
leads: {{ann: ["*"]}}
agents:
  support-bot:                     # Cat answers for it, so that she cannot approve what it asks for
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
  account.delete: {{owner: ann, reversible: false, impact: high, valid_for: 1h}}
{actions}rules: [{rules}]
escalation_policies:
  support:
    quorum: {{approve: {approve}, reject: 1, from: [support]}}
    claim_idle: {claim_idle}
    steps:
      - {{to: [{first}], wait: {first_wait}}}
      - {{to: ["slack:#leads"], wait: {last_wait}, from: [ann]}}
"""


_SAID = {
    "actions": "",
    "rules": "",
    "first": '"slack:#support", "web:support"',
    "approve": "1",
    "claim_idle": "30m",
    "first_wait": "15m",
    "last_wait": "30m",
}


def policy(callback: str, **said: str) -> str:
    """The policy with the address of an agent's callback receiver, and what a story says otherwise."""
    return POLICY.format(callback=callback, **(_SAID | said))
