"""What the toy bot shows in Teams."""

from __future__ import annotations

from typing import Any, TypeAlias

Json: TypeAlias = dict[str, Any]


def card(summary: str, *, pending: bool = True) -> Json:
    """A card with Approve and Reject while it is pending, and a late Approve afterwards."""
    return _card([_text(summary)], ["Approve", "Reject"] if pending else ["Approve"])


def reason_form(complaint: str = "") -> Json:
    """The card that asks for a reason."""
    choices = [{"title": "Wrong amount", "value": "wrong_amount"}, {"title": "Other", "value": "other"}]
    reasons = {
        "type": "Input.ChoiceSet",
        "id": "reason",
        "label": "Why not?",
        "style": "expanded",
        "value": "other",
        "choices": choices,
    }
    words = {"type": "Input.Text", "id": "words", "label": "In your words", "isMultiline": True}
    return _card([*([_text(complaint)] if complaint else []), reasons, words], ["Reason"])


def attached(content: Json) -> Json:
    """A message that is a card."""
    return {
        "type": "message",
        "attachments": [{"contentType": "application/vnd.microsoft.card.adaptive", "content": content}],
    }


def answer_card(content: Json) -> Json:
    """The answer to a press that shows a card in place of the pressed one."""
    return {"statusCode": 200, "type": "application/vnd.microsoft.card.adaptive", "value": content}


def answer_error(sentence: str) -> Json:
    """The answer to a press that shows a sentence to the presser."""
    return {
        "statusCode": 400,
        "type": "application/vnd.microsoft.error",
        "value": {"code": "refused", "message": sentence},
    }


def _card(body: list[Json], labels: list[str]) -> Json:
    actions = [
        {"type": "Action.Execute", "title": label, "verb": label.lower(), "data": {}} for label in labels
    ]
    return {"type": "AdaptiveCard", "version": "1.5", "body": body, "actions": actions}


def _text(text: str) -> Json:
    return {"type": "TextBlock", "text": text, "wrap": True}
