"""A press as a platform's listener understood it, on its way to the domain."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import TypeAlias

from bot.domain.choice import Choice
from bot.domain.errors import Invalid, PlacetError
from bot.domain.moves import Edited, Press, Presser, Surface
from bot.domain.ratings import Rated
from bot.domain.request import Reason
from bot.domain.status import ReasonCode
from bot.domain.text import inert
from bot.drafts import CORRECTION, DraftReference
from bot.references import Reference

#: characters of a reviewer's own words
MOST_WORDS = 2000

_REASONS = {code.value: code for code in ReasonCode}

#: what the value of a button stands for; raises `Invalid` for one that is not ours
References: TypeAlias = Callable[[str], Reference]


#: what the button under a view of differences stands for; raises `Invalid` likewise
Drafts: TypeAlias = Callable[[str], DraftReference]


class Incomplete(PlacetError):
    """Something is left to fill in; nothing was recorded."""

    code = "incomplete"


class ReasonMissing(Incomplete):
    """A rejection needs a reason; choose one and press again."""

    code = "reason_missing"


@dataclass(frozen=True, slots=True, kw_only=True)
class StandsAt:
    """The copy of the card on which a press was made."""

    destination: str
    message: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """A press whose presser is still to be looked up."""

    command_id: str
    choice: Choice
    reference: Reference
    surface: Surface
    reason: Reason | None = None
    words: str = ""
    #: what was typed to confirm an approval
    confirmed: str = ""
    #: to whom it is handed over: the id of a person in the policy
    to: str | None = None
    #: for an edit: what was shown to its presser
    draft: DraftReference | None = None
    rated: Rated | None = None
    #: where a refusal is told, None where the platform is answered at once
    reply_to: str | None = field(default=None, repr=False)

    def by(
        self, presser: Presser, copy: StandsAt | None, later_to: str, edited: Edited | None = None
    ) -> Press:
        """The domain's press; the copy is None where the platform does not tell which one it was.

        `later_to` is where a result is told that comes after the platform was answered.
        """
        reference = self.reference
        if reference.batch is not None or reference.is_own:
            # What one person alone sees is no copy that others could see.
            copy = None
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
            words=self.words,
            confirmed=self.confirmed,
            to=self.to,
            edited=edited,
            rated=self.rated,
            reply_to=self.reply_to,
            later_to=later_to,
            copy_destination=copy.destination if copy else None,
            copy_message=copy.message if copy else None,
        )


def of_draft(command_id: str, draft: DraftReference, confirmed: str = "") -> Wanted:
    """The press that makes an edit, or keeps a correction, as it was shown, and with what confirms it."""
    reference = Reference(request_id=draft.request_id, revision=draft.revision, step=0, round=0)
    return Wanted(
        command_id=command_id,
        choice=Choice.RATE if draft.made_for == CORRECTION else Choice.EDIT,
        reference=reference,
        surface=Surface.VIEW,
        draft=draft,
        confirmed=confirmed,
    )


def reason_of(code: str, said: str) -> Reason:
    """Why somebody rejects; raises `ReasonMissing` without a code, `Invalid` for one that is not ours."""
    if not code:
        raise ReasonMissing
    if code not in _REASONS:
        raise Invalid("This reason is not one of ours, so nothing was recorded.")
    return Reason(code=_REASONS[code], text=inert(said, limit=MOST_WORDS))
