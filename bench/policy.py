"""The policy and the requests that are measured, each with a usual packet of about 2 KB.

A refund waits for people, and no rule is for it; a credit is let run by a rule that reads history.
"""

from __future__ import annotations

import json

AGENT = "bench-bot"

POLICY = """
owner: ann
defaults: {escalation_policy: support}
people:
  ann: {name: Ann, slack: T01BENCH/U01ANN}
  ben: {name: Ben, slack: T01BENCH/U01BEN}
  cat: {name: Cat}
agents:
  bench-bot:
    owner: cat
    actions: ["refund.*", "credit.*"]
    callback: {url: "https://agents.example.com/placet"}
    open_requests: 1000000
actions:
  refund.issue:
    owner: ann
    effect: write
    reversible: false
    amount: arguments.amount
    currency: arguments.currency
    summary: "Refund {amount} {currency} for order {order}"
  credit.issue:
    owner: ann
    effect: write
    reversible: true
    requires: [context.subject.id]
    amount: arguments.amount
    currency: arguments.currency
    summary: "Credit {amount} {currency} for order {order}"
rules:
  - name: repeated
    owner: ann
    why: The same customer claims again and again.
    match: "credit.*"
    when: history.same_subject_30d > 20
    then: refuse
  - name: small
    owner: ann
    why: Small credits of which the agent is sure are routine.
    match: "credit.*"
    when: >-
      impact.currency == "EUR" && impact.amount < 500.0 && has(signals.confidence)
      && signals.confidence > 0.6 && history.rejected_before == 0
    then: auto
escalation_policies:
  support:
    quorum: {approve: 1, reject: 1, from: [ann, ben]}
    steps: [{to: ["web:support"], wait: 15m}]
"""

_STORY = (
    "The parcel was lost by the carrier and the carrier confirmed it in writing on Monday. The customer"
    " has been with us since 2019, has never asked for a refund before, and was promised an answer today. "
)


def body(number: int, action: str = "refund.issue") -> bytes:
    """The body of one submission."""
    packet = {
        "action": {
            "name": action,
            "arguments": {
                "order": f"{number:06d}",
                "amount": "240.00",
                "currency": "EUR",
                "items": ["A-1", "A-2"],
            },
            "effects": {"approve": "The money leaves today.", "reject": "The customer is told why."},
        },
        "reasoning": _STORY * 3,
        "recommendation": "Approve: the carrier pays us back within 30 days.",
        "context": {
            "subject": {
                "id": f"c-{number}",
                "name": "Maria Example",
                "tier": "gold",
                "facts": {"customer since": "2019", "orders": "41", "LTV": "2,400 EUR"},
            },
            "issue": "My parcel never came and I want my money back.",
            "tried": ["Asked the carrier for a trace", "Offered a replacement, which the customer declined"],
            "evidence": [
                {
                    "title": "Carrier's letter",
                    "url": "https://files.example.com/9",
                    "quote": "We confirm the loss.",
                }
            ],
            "conversation": [
                {"from": "customer", "text": "Where is my parcel? " * 4, "at": "2026-11-20T10:00:00Z"},
                {"from": "agent", "text": "I am asking the carrier. " * 4, "at": "2026-11-20T10:01:00Z"},
            ],
        },
        "impact": {
            "level": "medium",
            "reversible": action == "credit.issue",
            "amount": "240.00",
            "currency": "EUR",
        },
        "signals": {
            "confidence": 0.62,
            "sentiment": "angry",
            "sentiment_score": -0.8,
            "topics": ["shipping"],
        },
        "agent_version": "2026-11-01",
        "state": {"ticket": number},
    }
    return json.dumps(packet, separators=(",", ":")).encode()
