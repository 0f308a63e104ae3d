"""The policy and the request that are measured: a refund with a usual packet of about 2 KB."""

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
    actions: ["refund.*"]
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
escalation_policies:
  support:
    quorum: {approve: 1, reject: 1, from: [ann, ben]}
    steps: [{to: ["web:support"], wait: 15m}]
"""

_STORY = (
    "The parcel was lost by the carrier and the carrier confirmed it in writing on Monday. The customer"
    " has been with us since 2019, has never asked for a refund before, and was promised an answer today. "
)


def body(number: int) -> bytes:
    """The body of one submission."""
    packet = {
        "action": {
            "name": "refund.issue",
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
                "id": "c-118",
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
        "impact": {"level": "medium", "reversible": False, "amount": "240.00", "currency": "EUR"},
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
