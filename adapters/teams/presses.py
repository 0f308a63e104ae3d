"""Turns what Teams sends into a domain press; what only shows something to its presser is none."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from dataclasses import dataclass
from typing import TypeAlias

from adapters.teams.addresses import write_destination, write_message
from adapters.teams.names import ACTIONS, REASON, REFERENCE, REJECT_VIEW, REVIEW_VIEW, WORDS
from adapters.teams.payload import Activity, Malformed, Pressed
from adapters.teams.views import MOST_WORDS
from bot.conversations import Conversation
from bot.domain.card import Press as Button
from bot.domain.moves import Choice, Press, Presser, Surface
from bot.domain.request import Reason
from bot.domain.status import ReasonCode
from bot.domain.text import inert
from bot.references import Reference

#: what a verb decides, and where its button stands
_DECIDES = {
    ACTIONS[Button.APPROVE]: (Choice.APPROVE, Surface.CARD),
    ACTIONS[Button.ESCALATE]: (Choice.ESCALATE, Surface.CARD),
    REJECT_VIEW: (Choice.REJECT, Surface.VIEW),
    REVIEW_VIEW: (Choice.APPROVE, Surface.VIEW),
}
_REASONS = {code.value: code for code in ReasonCode}

References: TypeAlias = Callable[[str], Reference]


class ReasonMissing(Malformed):
    """A rejection needs a reason; choose one and press again."""

    code = "reason_missing"


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """A press whose presser is still to be looked up."""

    command_id: str
    choice: Choice
    reference: Reference
    surface: Surface
    #: the id of the message it was made on, empty where Teams does not tell
    message: str
    reason: Reason | None = None

    def by(self, presser: Presser, where: Conversation) -> Press:
        """The domain's press; Teams is answered at once, so nobody else has to answer."""
        reference = self.reference
        return Press(
            request_id=reference.request_id,
            command_id=self.command_id,
            presser=presser,
            choice=self.choice,
            revision=reference.revision,
            step=reference.step,
            round=reference.round,
            surface=self.surface,
            reason=self.reason,
            copy_destination=write_destination(where) if self.message else None,
            copy_message=write_message(where.id, self.message) if self.message else None,
        )


def read(activity: Activity, pressed: Pressed, references: References) -> Wanted | None:
    """The press, None for what decides nothing; raises `Malformed` or `Invalid` for what is none of ours."""
    decides = _DECIDES.get(pressed.verb)
    if decides is None:
        return None
    choice, surface = decides
    return Wanted(
        command_id=press_id(activity),
        choice=choice,
        reference=references(pressed.text(REFERENCE)),
        surface=surface,
        message=activity.reply_to_id or "",
        reason=_reason(pressed) if choice is Choice.REJECT else None,
    )


def press_id(activity: Activity) -> str:
    """The same for the same press, however often it is delivered."""
    press = activity.id or activity.timestamp
    if not press:
        raise Malformed("Teams does not say which press this is, so nothing was recorded.")
    parts = (activity.tenant, activity.where, activity.reply_to_id or "", activity.sender.id, press)
    return f"teams:{hashlib.sha256(repr(parts).encode(errors='replace')).hexdigest()}"


def _reason(pressed: Pressed) -> Reason:
    code, said = pressed.text(REASON), pressed.text(WORDS)
    if not code:
        raise ReasonMissing
    if code not in _REASONS:
        raise Malformed("This reason is not one of ours, so nothing was recorded.")
    return Reason(code=_REASONS[code], text=inert(said, limit=MOST_WORDS))
