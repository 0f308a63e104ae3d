"""The opaque value of every button: which request, revision and step the card showed, unforgeable."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Protocol

from bot.domain import ids
from bot.domain.errors import Invalid
from bot.domain.request import ApprovalRequest

_ID = rf"_[{ids.ALPHABET}]{{26}}"
_FORM = re.compile(rf"({ids.REQUEST}{_ID})\.([0-9]+)\.([0-9]+)\.([0-9]+)(?:\.({ids.BATCH}{_ID}))?(\.own)?")


class Signer(Protocol):
    """Appends and checks a message authentication code."""

    def sign_reference(self, text: str) -> str:
        """The text with its code."""

    def verify_reference(self, reference: str) -> str | None:
        """The text of a genuine reference, None for any other."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Reference:
    """What a button stands for."""

    request_id: str
    revision: int
    step: int
    round: int
    #: the batch card from which the presser opened their own view, None on a card of its own
    batch: str | None = None
    #: the button stands under an answer of the bot's, which is no copy of the card
    is_own: bool = False


def write(signer: Signer, request: ApprovalRequest, batch: str | None = None, *, is_own: bool = False) -> str:
    """The reference that a card of this request carries now; in a view of a batch card it names the batch."""
    progress = request.progress
    shown = text(request.id, revision=request.revision, step=progress.step, round=progress.round)
    return signer.sign_reference(f"{shown}{f'.{batch}' if batch else ''}{'.own' if is_own else ''}")


def text(request_id: str, *, revision: int, step: int, round: int) -> str:
    """What a reference says, before its code."""
    return f"{request_id}.{revision}.{step}.{round}"


def read(signer: Signer, reference: str) -> Reference:
    """What a pressed button stands for; raises `Invalid` when the value is not one of ours."""
    genuine = signer.verify_reference(reference) if reference.isascii() and len(reference) <= 200 else None
    parts = _FORM.fullmatch(genuine) if genuine else None
    if parts is None:
        raise Invalid("This button does not come from a card of this installation; nothing was recorded.")
    request_id, revision, step, turn, batch, own = parts.groups()
    return Reference(
        request_id=request_id,
        revision=int(revision),
        step=int(step),
        round=int(turn),
        batch=batch,
        is_own=own is not None,
    )
