"""What the policy of a story says of credits: by their amount they run, are told of, wait for objections."""

from __future__ import annotations

from typing import Any

#: parts of the policy, for `set_stage` and `set_teams_stage`
RULED: dict[str, str] = {
    "actions": """\
  credit.issue:
    owner: ann
    reversible: true
    amount: arguments.amount
    currency: arguments.currency
    summary: "Credit {amount} {currency} to {customer}"
    mask: [arguments.iban]
    valid_for: 1h
""",
    "rules": """
  {name: tiny-credits, owner: ann, why: "Under 10 EUR a look costs more than the credit.",
   match: credit.issue, when: 'impact.currency == "EUR" && impact.amount < 10.0', then: auto},
  {name: small-credits, owner: ann, why: "Credits under 50 EUR are routine.", match: credit.issue,
   when: 'impact.currency == "EUR" && impact.amount < 50.0', then: notify},
  {name: sure-credits, owner: cat, why: "The agent is hardly ever wrong when it is this sure.",
   match: credit.issue, then: {veto: 10m},
   when: 'impact.currency == "EUR" && impact.amount < 100.0
     && has(signals.confidence) && signals.confidence >= 0.8'},
  {name: checked-credits, owner: cat, why: "Up to 200 EUR the shop bears it.", match: credit.issue,
   when: 'impact.currency == "EUR" && impact.amount < 200.0', then: auto, sample: 1}
""",
}


def credit(amount: str, customer: str = "Maria Example") -> dict[str, Any]:
    """A credit, which the rules judge by its amount: under 10, 50, 100 (and sure) and 200."""
    return {
        "action": {
            "name": "credit.issue",
            "arguments": {
                "customer": customer,
                "amount": amount,
                "currency": "EUR",
                "iban": "DE89370400440532013000",
            },
            "audience": "customer",
        },
        "reasoning": "The parcel came a week late, and we promise a credit for that.",
        "context": {"subject": {"id": "c-118", "name": customer, "tier": "gold"}},
        "impact": {"level": "low", "reversible": True},
        "signals": {"confidence": 0.93, "sentiment": "calm"},
    }
