"""The names by which Teams hands our own elements back to us: the same as on every platform."""

from __future__ import annotations

from bot.domain.card import Press

PLATFORM = "teams"

#: what a button does, to its verb
ACTIONS = {
    Press.APPROVE: "placet_approve",
    Press.REJECT: "placet_reject",
    Press.REVIEW: "placet_review",
    Press.DETAILS: "placet_details",
    Press.ESCALATE: "placet_escalate",
}
PRESSES = {verb: press for press, verb in ACTIONS.items()}

#: verbs of forms
REJECT_VIEW = "placet_reject_view"
#: the last page of a review, whose submission approves
REVIEW_VIEW = "placet_review_view"
#: an earlier page of a review, whose submission turns to the next
REVIEW_PAGE = "placet_review_page"
#: a page of the details, whose submission turns to the next
DETAILS_VIEW = "placet_details_view"
#: leaves a form: the presser sees the shared card again
BACK = "placet_back"

#: inputs of the rejection
REASON = "placet_reason"
WORDS = "placet_words"

#: what a button carries
VERB = "verb"
REFERENCE = "reference"
PAGE = "page"
READ = "read"
