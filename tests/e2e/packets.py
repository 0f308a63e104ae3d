"""What the agent of the end-to-end tests asks for."""

from __future__ import annotations

from typing import Any, TypeAlias

Body: TypeAlias = dict[str, Any]

REFUND = "Refund 240.00 EUR"
DELETION = "Delete the account of Maria Example"


def refund(order: str = "4892") -> Body:
    """A refund with all that a reviewer could want to know, and with text that would like to be more."""
    return {
        "action": {
            "name": "refund.issue",
            "arguments": {
                "order": order,
                "amount": "240.00",
                "currency": "EUR",
                "card_number": "4111111111111111",
            },
            "audience": "customer",
        },
        "reasoning": "The parcel was lost and the carrier confirmed it, so waiting longer helps nobody.",
        "recommendation": "Approve: our terms promise the money back within a week.",
        "context": {
            "subject": {
                "id": "c-118",
                "name": "Maria Example",
                "tier": "gold",
                "facts": {"customer since": "2023", "lifetime value": "2,400 EUR"},
            },
            "issue": "My parcel never came.",
            "tried": ["Asked the carrier twice"],
            "evidence": [
                {"title": "Carrier letter", "url": "https://files.example.com/1", "quote": "Lost in Lille."}
            ],
        },
        "impact": {"level": "medium"},
        "signals": {"confidence": 0.62, "sentiment": "angry"},
    }


def deletion() -> Body:
    """Of high impact, so that it is approved in one's own view alone."""
    return {
        "action": {
            "name": "account.delete",
            "summary": DELETION,
            "arguments": {"account": "acc_9310", "erase": ["profile", "orders"], "keep": ["invoices"]},
        },
        "reasoning": "She asked for erasure and confirmed it with the code from her phone.",
        "context": {"subject": {"id": "acc_9310", "name": "Maria Example"}},
        "impact": {"level": "high"},
    }
