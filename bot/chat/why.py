"""The forms that ask why: before somebody rejects, objects, or takes an approval back."""

from __future__ import annotations

from dataclasses import dataclass

from bot.chat.names import DISAGREE_VIEW, OVERRIDE_VIEW, REJECT_VIEW, STOP_VIEW
from bot.domain.card import Press
from bot.domain.choice import Choice


@dataclass(frozen=True, slots=True, kw_only=True)
class WhyForm:
    """One of them, in the words of every platform."""

    #: the button that opens it
    press: Press
    #: what it sends, with a reason
    choice: Choice
    #: the name by which a platform hands it back
    view: str
    #: above it and on its button; at most 24 characters
    title: str
    question: str
    #: what the button says instead of the title
    send: str = ""
    #: whether what is sent changes what is done; a verdict afterwards does not
    acts: bool = True


REJECT = WhyForm(
    press=Press.REJECT, choice=Choice.REJECT, view=REJECT_VIEW, title="Reject", question="Why not?"
)
#: an objection is a rejection, which in a veto window needs one person only
STOP = WhyForm(press=Press.STOP, choice=Choice.REJECT, view=STOP_VIEW, title="Stop", question="Why not?")
OVERRIDE = WhyForm(
    press=Press.OVERRIDE,
    choice=Choice.OVERRIDE,
    view=OVERRIDE_VIEW,
    title="Override",
    question="Why should this not have been approved?",
)

#: a verdict of a quality check
DISAGREE = WhyForm(
    press=Press.DISAGREE,
    choice=Choice.DISAGREE,
    view=DISAGREE_VIEW,
    title="Quality check",
    question="Why would you reject it?",
    send="Send",
    acts=False,
)

FORMS = (REJECT, STOP, OVERRIDE, DISAGREE)
BY_PRESS = {form.press: form for form in FORMS}
BY_VIEW = {form.view: form for form in FORMS}
