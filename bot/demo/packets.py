"""What the sample agent asks for: six requests as they come up in a support team."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeAlias

Body: TypeAlias = dict[str, Any]


def refund(number: int) -> Body:
    """Over Ben's limit, with a full handoff."""
    order = str(4892 + number)
    return {
        "action": {
            "name": "refund.issue",
            "audience": "customer",
            "arguments": {
                "order": order,
                "amount": "240.00",
                "currency": "EUR",
                "iban": "DE89370400440532013000",
                "items": [{"sku": "LAMP-7", "quantity": 1}, {"sku": "SHADE-2", "quantity": 2}],
            },
            "effects": {
                "approve": "240.00 EUR go back to the customer's account today.",
                "reject": "The customer is told that somebody calls within a day.",
            },
        },
        "reasoning": "The lamp arrived with a cracked base. The photo shows it, the box is intact, and the"
        " carrier has not answered for nine days. A replacement was declined.",
        "recommendation": "Approve. Our terms allow a refund within 30 days, and this is day 12.",
        "context": {
            "subject": {
                "id": "c-118",
                "name": "Mara Lindqvist",
                "tier": "gold",
                "facts": {"customer since": "2021", "orders": "34", "lifetime value": "2,410 EUR"},
            },
            "issue": "My lamp came broken, I want my money back and not another lamp.",
            "tried": ["Offered a replacement: declined", "Asked the carrier twice: no answer"],
            "evidence": [
                {
                    "title": "Photo of the lamp",
                    "url": f"https://files.shop.example/orders/{order}/photo-1.jpg",
                    "quote": "Base cracked on the left, box intact.",
                },
                {"title": "Terms, section 8", "quote": "Damaged goods are refunded within 30 days."},
            ],
            "conversation": [
                {"from": "Mara", "text": "This is the third time I write. Please just refund me."},
                {"from": "support-bot", "text": "I am sorry. I am asking a colleague to approve it now."},
            ],
        },
        "impact": {"level": "medium", "reversible": False, "amount": "240.00", "currency": "EUR"},
        "signals": {
            "confidence": 0.82,
            "sentiment": "angry",
            "sentiment_score": -0.7,
            "topics": ["refund", "damaged"],
            "asked_for_human": False,
        },
        "state": {"conversation": f"t-{order}"},
    }


def email(number: int) -> Body:
    """Leaves the house, and bends a rule."""
    return {
        "action": {
            "name": "email.send",
            "summary": "E-mail Jonas Weber that we waive his late fee of 35 EUR",
            "audience": "customer",
            "arguments": {
                "to": "jonas.weber@mail.example",
                "subject": "Your late fee",
                "body": "Dear Jonas,\n\nyour payment was late because our page was down on the 3rd. We have"
                " waived the fee of 35 EUR.\n\nBest regards\nSupport",
            },
            "effects": {
                "approve": "The e-mail goes out at once, with this wording.",
                "reject": "Nothing is sent. The case waits in the queue for a person.",
            },
        },
        "reasoning": "The fee came from our own outage, which status page and logs confirm. The policy allows"
        " no waiver in the first year, so this is an exception.",
        "recommendation": "Send it. Keeping the fee would cost more in complaints than it brings.",
        "context": {
            "subject": {"id": "c-7781", "name": "Jonas Weber", "facts": {"customer since": "this year"}},
            "evidence": [{"title": "Status page, 3rd", "quote": "Payments unavailable, 14:05 to 16:40."}],
        },
        "impact": {"level": "low"},
        "signals": {"confidence": 0.71, "policy_exception": True, "topics": ["billing"]},
        "state": {"conversation": f"t-7781-{number}"},
    }


def deletion(number: int) -> Body:
    """Cannot be undone, and takes two people."""
    return {
        "action": {
            "name": "account.delete",
            "summary": "Delete the account of Ida Berg and everything in it",
            "audience": "customer",
            "arguments": {
                "account": f"acc_{9310 + number}",
                "erase": ["profile", "orders", "messages", "payment methods"],
                "keep": ["invoices (tax law, 10 years)"],
                "grace_days": 0,
            },
            "effects": {
                "approve": "Profile, orders and messages are gone within the hour, for good.",
                "reject": "The account stays as it is and Ida is asked what she needs.",
            },
        },
        "reasoning": "Ida asked for erasure under article 17 GDPR, confirmed by e-mail and by a code on her"
        " phone. There is no open order and no dispute.",
        "context": {
            "subject": {"id": f"acc_{9310 + number}", "name": "Ida Berg", "facts": {"open orders": "0"}},
            "issue": "Please delete everything you have about me.",
            "tried": ["Offered to pause the account: declined"],
            "conversation": [
                {"from": "Ida", "text": "I do not want an account any more. Delete it, please."},
                {"from": "support-bot", "text": "This cannot be undone. Please confirm with the code."},
                {"from": "Ida", "text": "Confirmed."},
            ],
        },
        "impact": {"level": "high", "reversible": False},
        "signals": {"confidence": 0.93, "topics": ["privacy"]},
    }


def credit(number: int) -> Body:
    """Small and routine."""
    return {
        "action": {
            "name": "credit.issue",
            "arguments": {
                "customer": "Noor Haddad",
                "amount": "15.00",
                "currency": "EUR",
                "case": 551 + number,
            },
        },
        "reasoning": "Delivery was two days late; 15 EUR is what the guideline gives.",
        "impact": {"level": "low", "reversible": True, "amount": "15.00", "currency": "EUR"},
        "signals": {"confidence": 0.97, "topics": ["delivery"]},
    }


def goodwill(number: int) -> Body:
    """So small that a rule lets it run, and people are told."""
    return {
        "action": {
            "name": "credit.issue",
            "arguments": {"customer": "Ida Lind", "amount": "5.00", "currency": "EUR", "case": 812 + number},
        },
        "reasoning": "The chat broke off twice; the guideline gives 5 EUR for that.",
        "impact": {"level": "low", "reversible": True, "amount": "5.00", "currency": "EUR"},
        "signals": {"confidence": 0.99, "topics": ["service"]},
    }


def contract(number: int) -> Body:
    """Nobody in the first channel feels responsible, so it moves on."""
    return {
        "action": {
            "name": "contract.change",
            "summary": "Move Kestrel Ltd from monthly to yearly billing, 12 % off",
            "audience": "customer",
            "arguments": {
                "contract": f"K-{2041 + number}",
                "billing": {"from": "monthly", "to": "yearly"},
                "discount_percent": 12,
                "starts": "first of next month",
            },
            "effects": {
                "approve": "The new terms are sent for signature.",
                "reject": "Kestrel stays on monthly billing; the account manager is told.",
            },
        },
        "reasoning": "They asked for it and have paid on time for three years. 12 % is above the usual 10 %,"
        " which is why I ask.",
        "recommendation": "Agree to 12 %, or offer 10 %.",
        "context": {
            "subject": {"id": "k-2041", "name": "Kestrel Ltd", "facts": {"yearly value": "18,600 EUR"}}
        },
        "impact": {"level": "medium", "reversible": True},
        "signals": {"confidence": 0.58, "topics": ["contract"]},
    }


#: in the order in which the agent asks
PACKETS: tuple[Callable[[int], Body], ...] = (
    refund,
    email,
    deletion,
    credit,
    goodwill,
    contract,
)
