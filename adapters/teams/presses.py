"""Turns what Teams sends into a domain press; what only shows something to its presser is none."""

from __future__ import annotations

import hashlib

from adapters.teams import more, rating
from adapters.teams.addresses import write_destination, write_message
from adapters.teams.names import DRAFT, REFERENCE
from adapters.teams.payload import Activity, Malformed, Pressed
from bot.chat.names import (
    ACTIONS,
    CHANGES_VIEW,
    CONFIRM,
    CORRECTION_VIEW,
    MORE_VIEW,
    RATE_VIEW,
    REASON,
    REVIEW_VIEW,
    WORDS,
)
from bot.chat.presses import Drafts, References, StandsAt, Wanted, of_draft, reason_of
from bot.chat.why import BY_VIEW, FORMS
from bot.conversations import Conversation
from bot.domain.card import Press as Button
from bot.domain.choice import Choice
from bot.domain.moves import Surface

#: what a verb decides, and where its button stands
_DECIDES = {
    ACTIONS[Button.APPROVE]: (Choice.APPROVE, Surface.CARD),
    ACTIONS[Button.ESCALATE]: (Choice.ESCALATE, Surface.CARD),
    ACTIONS[Button.AGREE]: (Choice.AGREE, Surface.CARD),
    **{form.view: (form.choice, Surface.VIEW) for form in FORMS},
    REVIEW_VIEW: (Choice.APPROVE, Surface.VIEW),
}


def read(activity: Activity, pressed: Pressed, references: References, drafts: Drafts) -> Wanted | None:
    """The press, None for what decides nothing; raises `Malformed` or `Invalid` for what is none of ours."""
    if pressed.verb in (CHANGES_VIEW, CORRECTION_VIEW):
        return of_draft(press_id(activity), drafts(pressed.text(DRAFT)), pressed.text(CONFIRM))
    if pressed.verb == MORE_VIEW:
        return _moved(activity, pressed, references)
    if pressed.verb == RATE_VIEW:
        return _rated(activity, pressed, references)
    decides = _DECIDES.get(pressed.verb)
    if decides is None:
        return None
    choice, surface = decides
    return Wanted(
        command_id=press_id(activity),
        choice=choice,
        reference=references(pressed.text(REFERENCE)),
        surface=surface,
        reason=reason_of(pressed.text(REASON), pressed.text(WORDS)) if pressed.verb in BY_VIEW else None,
        confirmed=pressed.text(CONFIRM) if pressed.verb == REVIEW_VIEW else "",
    )


def _moved(activity: Activity, pressed: Pressed, references: References) -> Wanted:
    chosen = more.sent(pressed)
    return Wanted(
        command_id=press_id(activity),
        choice=chosen.choice,
        reference=references(pressed.text(REFERENCE)),
        surface=Surface.VIEW,
        words=chosen.words,
        to=chosen.to,
    )


def _rated(activity: Activity, pressed: Pressed, references: References) -> Wanted:
    filled = rating.sent(pressed)
    return Wanted(
        command_id=press_id(activity),
        choice=Choice.RATE,
        reference=references(pressed.text(REFERENCE)),
        surface=Surface.VIEW,
        reason=filled.reason,
        words=filled.words,
        rated=filled.rated,
    )


def copy_of(activity: Activity, where: Conversation) -> StandsAt | None:
    """The copy of the card on which a press was made, None where Teams does not tell."""
    if not activity.reply_to_id:
        return None
    message = write_message(where.id, activity.reply_to_id)
    return StandsAt(destination=write_destination(where), message=message)


def press_id(activity: Activity) -> str:
    """The same for the same press, however often it is delivered."""
    press = activity.id or activity.timestamp
    if not press:
        raise Malformed("Teams does not say which press this is, so nothing was recorded.")
    parts = (activity.tenant, activity.where, activity.reply_to_id or "", activity.sender.id, press)
    return f"teams:{hashlib.sha256(repr(parts).encode(errors='replace')).hexdigest()}"
