"""The names by which a platform hands our own elements back to us: the same on every one."""

from __future__ import annotations

from bot.domain.card import Press

#: what a button does, to its name
ACTIONS = {
    Press.APPROVE: "placet_approve",
    Press.REJECT: "placet_reject",
    Press.STOP: "placet_stop",
    Press.OVERRIDE: "placet_override",
    Press.EDIT: "placet_edit",
    Press.REVIEW: "placet_review",
    Press.DETAILS: "placet_details",
    Press.REVEAL: "placet_reveal",
    Press.ESCALATE: "placet_escalate",
    Press.AGREE: "placet_agree",
    Press.DISAGREE: "placet_disagree",
    Press.RATE: "placet_rate",
    Press.MORE: "placet_more",
    Press.OPEN: "placet_open",
    Press.NEXT: "placet_next",
    Press.PREVIOUS: "placet_previous",
    Press.CLOSE: "placet_close",
}
PRESSES = {name: press for press, name in ACTIONS.items()}

#: names of forms
REJECT_VIEW = "placet_reject_view"
#: an objection while silence approves
STOP_VIEW = "placet_stop_view"
#: taking back what a rule approved
OVERRIDE_VIEW = "placet_override_view"
#: the form that asks why one would have rejected it
DISAGREE_VIEW = "placet_disagree_view"
#: the form in which a decision is rated afterwards
RATE_VIEW = "placet_rate_view"
#: the form in which arguments are changed
EDIT_VIEW = "placet_edit_view"
#: what an edit changes, whose submission approves with it
CHANGES_VIEW = "placet_changes_view"
#: leads from there back to the form
EDIT_BACK = "placet_edit_back"
#: the same for what arguments should have been, once it is decided
CORRECT_VIEW = "placet_correct_view"
CORRECTION_VIEW = "placet_correction_view"
CORRECT_BACK = "placet_correct_back"
#: the form with everything else that can be done
MORE_VIEW = "placet_more_view"
#: the last page of a review, whose submission approves
REVIEW_VIEW = "placet_review_view"
#: an earlier page of a review, whose submission turns to the next
REVIEW_PAGE = "placet_review_page"
#: a page of the details, whose submission turns to the next
DETAILS_VIEW = "placet_details_view"

#: a button under an answer, which carries what was offered
OFFER = "placet_offer"

#: inputs of the rejection
REASON = "placet_reason"
WORDS = "placet_words"
#: of a rating, beside reason and words: right or wrong
GRADE = "placet_grade"

#: what is typed to confirm an approval
CONFIRM = "placet_confirm"

#: inputs of the form behind More…, beside the words
MOVE = "placet_move"
PERSON = "placet_person"
