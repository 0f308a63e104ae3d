"""Examples for the documentation; a test holds each one against its schema."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from adapters.agents.assessed import Assessed
from adapters.agents.bodies import CancelBody, MessageBody, OutcomeBody, RedeemBody
from adapters.agents.payload import SubmitBody
from adapters.agents.resource import Approval, ApprovalPage, CallbackBody
from bot.canonical import digest

_ID = "apr_01m7yscjn8ygcwcrhpnabfveb4"
_ARGUMENTS = {"order": "4892", "amount": "240.00", "currency": "EUR"}
_DIGEST = digest("refund.issue", _ARGUMENTS)
_HERE = f"https://placet.example.com/v1/approvals/{_ID}"

_SUBMIT = {
    "action": {
        "name": "refund.issue",
        "summary": "Refund 240.00 EUR to order 4892",
        "audience": "customer",
        "arguments": _ARGUMENTS,
        "effects": {"approve": "The customer gets the money today", "reject": "The case goes to support"},
    },
    "reasoning": "The parcel was lost; the carrier confirmed it on Monday.",
    "recommendation": "Approve: the customer has waited for nine days.",
    "context": {
        "subject": {
            "id": "c-118",
            "name": "Jo Ito",
            "tier": "gold",
            "facts": {"customer since": "2023", "LTV": "2,400 USD"},
        },
        "issue": "Where is my parcel?",
        "tried": ["Asked the carrier", "Offered a replacement"],
        "evidence": [{"title": "Carrier's report", "url": "https://carrier.example.com/r/77"}],
        "conversation": [{"from": "customer", "text": "I want my money back.", "at": "2026-03-02T08:55:00Z"}],
    },
    "impact": {"level": "medium", "reversible": False, "amount": "240.00", "currency": "EUR"},
    "signals": {"confidence": 0.62, "sentiment": "angry", "sentiment_score": -0.8, "topics": ["billing"]},
    "callback": {"url": "https://agents.example.com/placet"},
    "state": {"thread": "t-9"},
}

_APPROVAL = {
    "id": _ID,
    "status": "approved",
    "revision": 1,
    "agent": "support-bot",
    "action": {
        "name": "refund.issue",
        "summary": "Refund 240.00 EUR to order 4892",
        "arguments": _ARGUMENTS,
        "digest": _DIGEST,
    },
    "mode": "gate",
    "ruling": {
        "rule": "default",
        "owner": None,
        "why": "No rule matched, so a person decides.",
        "matched": {},
    },
    "policy_version": "7f83b1657ff1",
    "step": 1,
    "round": 1,
    "votes": [{"person": "ann", "name": "Ann", "decision": "approve", "at": "2026-03-02T09:04:00Z"}],
    "questions": [
        {
            "id": "q1",
            "person": "ann",
            "name": "Ann",
            "text": "Did the carrier say so in writing?",
            "asked_at": "2026-03-02T09:02:00Z",
            "answer": "The carrier confirmed the loss in writing; see the evidence.",
            "answered_at": "2026-03-02T09:03:00Z",
        }
    ],
    "decision": {
        "type": "approve",
        "by": ["ann"],
        "reason": None,
        "decided_at": "2026-03-02T09:04:00Z",
        "taken_over_by": None,
        "original_arguments": None,
    },
    "message": None,
    "queue": None,
    "delivery": {"callback": "delivered", "taken_at": None, "redeem_before": "2026-03-02T10:04:00Z"},
    "outcome": None,
    "reverted_at": None,
    "reverted_by": None,
    "reverted_reason": None,
    "erased_at": None,
    "created_at": "2026-03-02T09:00:00Z",
    "expires_at": None,
    "ended": {"at": "2026-03-02T09:04:00Z", "why": None},
    "state": {"thread": "t-9"},
    "receipt": "eyJhbGciOiJFZERTQSIs….eyJhY3Rpb24iOi….MEUCIQDx…",
    "links": {
        "self": _HERE,
        "messages": f"{_HERE}/messages",
        "redeem": f"{_HERE}/redeem",
        "outcome": f"{_HERE}/outcome",
    },
}

#: by the type that is shown
_ASSESSED = {
    "action": _APPROVAL["action"],
    "mode": "gate",
    "ruling": _APPROVAL["ruling"],
    "policy_version": _APPROVAL["policy_version"],
    "route": None,
    "escalation_policy": "support",
    "steps": [{"to": ["#support"], "wait_s": 900}],
    "choices": ["approve", "edit", "reject", "escalate"],
    "amount": "240.00",
    "currency": "EUR",
    "high_impact": False,
    "reversible": True,
    "could_approve": [{"id": "ann", "name": "Ann"}],
    "trace": [
        {
            "about": "scope",
            "name": None,
            "result": "scored",
            "sentence": "support-bot may ask for refund.issue; the rules decide, else a person does.",
        },
        {
            "about": "rule",
            "name": "small-refund",
            "result": "passed",
            "sentence": "The rule small-refund did not match: impact.amount is 240.00.",
        },
    ],
}

EXAMPLES: Mapping[type, Any] = {
    SubmitBody: _SUBMIT,
    CancelBody: {"reason": "The customer found the parcel."},
    OutcomeBody: {"status": "succeeded", "detail": "Refund re_881 was issued."},
    MessageBody: {
        "text": "The carrier confirmed the loss in writing; see the evidence.",
        "reply_to": "q1",
    },
    RedeemBody: {"digest": _DIGEST, "redemption_id": "run-7f3a"},
    Assessed: _ASSESSED,
    Approval: _APPROVAL,
    ApprovalPage: {"approvals": [{**_APPROVAL, "receipt": None}], "next": None},
    CallbackBody: {
        "type": "approval.approved",
        "timestamp": "2026-03-02T09:04:00Z",
        "data": {"approval": _APPROVAL},
    },
}
