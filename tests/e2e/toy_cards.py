"""What the toy bot shows."""

from __future__ import annotations

from typing import Any

Block = dict[str, Any]


def card(summary: str, *, pending: bool = True) -> list[Block]:
    """Return a card with Approve and Reject while it is pending, and a late Approve afterwards."""
    labels = ("Approve", "Reject") if pending else ("Approve",)
    return [
        {"type": "section", "block_id": "summary", "text": {"type": "mrkdwn", "text": summary}},
        {
            "type": "actions",
            "block_id": "decision",
            "elements": [
                {"type": "button", "action_id": label.lower(), "text": _plain(label), "value": "apr_1"}
                for label in labels
            ],
        },
    ]


def reject_modal(where: str) -> Block:
    """Return the modal that asks for a reason; `where` comes back with it."""
    reasons = [_option("Wrong amount", "wrong_amount"), _option("Other", "other")]
    radio = {"type": "radio_buttons", "action_id": "reason", "options": reasons, "initial_option": reasons[1]}
    words = {"type": "plain_text_input", "action_id": "words", "initial_value": ""}
    return {
        "type": "modal",
        "callback_id": "reject",
        "private_metadata": where,
        "title": _plain("Reject"),
        "submit": _plain("Reject"),
        "close": _plain("Cancel"),
        "blocks": [
            {"type": "input", "block_id": "reason", "label": _plain("Reason"), "element": radio},
            {"type": "input", "block_id": "words", "label": _plain("In your words"), "element": words},
        ],
    }


def _plain(text: str) -> dict[str, str]:
    return {"type": "plain_text", "text": text}


def _option(text: str, value: str) -> Block:
    return {"text": _plain(text), "value": value}
