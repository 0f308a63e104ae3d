"""The names by which Slack hands our own elements back to us."""

from __future__ import annotations

from bot.domain.card import Press

PLATFORM = "slack"

#: what a button does, to its action id
ACTIONS = {
    Press.APPROVE: "placet_approve",
    Press.REJECT: "placet_reject",
    Press.REVIEW: "placet_review",
    Press.DETAILS: "placet_details",
    Press.ESCALATE: "placet_escalate",
}
PRESSES = {action_id: press for press, action_id in ACTIONS.items()}

#: callback ids of views
REJECT_VIEW = "placet_reject_view"
#: the last page of a review, whose submission approves
REVIEW_VIEW = "placet_review_view"
#: an earlier page of a review, whose submission turns to the next
REVIEW_PAGE = "placet_review_page"
DETAILS_VIEW = "placet_details_view"
NOTE_VIEW = "placet_note_view"

#: inputs of the rejection
REASON = "placet_reason"
WORDS = "placet_words"


def card_block(request_id: str) -> str:
    """The block id by which a card of this request is found again in a channel."""
    return f"card:{request_id}"


def buttons_block(request_id: str) -> str:
    """The block id of the buttons of a card of this request."""
    return f"press:{request_id}"
