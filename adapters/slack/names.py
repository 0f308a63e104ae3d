"""The names by which Slack hands our own elements back to us, beside those that every platform uses."""

from __future__ import annotations

PLATFORM = "slack"

#: the callback id of a view that only says something
NOTE_VIEW = "placet_note_view"


def card_block(request_id: str) -> str:
    """The block id by which a card of this request is found again in a channel."""
    return f"card:{request_id}"


def buttons_block(request_id: str) -> str:
    """The block id of the buttons of a card of this request."""
    return f"press:{request_id}"
