"""Drafts of edits: what a person typed, kept between their form and their press.

A draft is kept in the database, since what it holds fits into no button and the press may reach another
process. It belongs to one person and one revision, and it ends by itself.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import timedelta
from typing import Protocol

from bot.domain import ids
from bot.domain.errors import Invalid
from bot.domain.form import Values
from bot.references import Signer

DRAFT = "drf"
#: an afternoon: long enough for whoever is called away, short enough for what may be confidential
LIVES = timedelta(hours=8)

#: what a draft is made for: a press that carries one is no press that carries the other
EDIT, CORRECTION = "edit", "correct"

_FORM = re.compile(
    rf"({EDIT}|{CORRECTION})\.({ids.REQUEST}_[{ids.ALPHABET}]{{26}})\.([0-9]{{1,9}})"
    rf"\.({DRAFT}_[{ids.ALPHABET}]{{26}})"
    r"\.(sha256:[0-9a-f]{64})"
)
_LONGEST = 300


@dataclass(frozen=True, slots=True, kw_only=True)
class Draft:
    """What a person changed, as they typed it."""

    id: str
    request_id: str
    #: the revision whose arguments they changed
    revision: int
    #: the person's id in the policy
    person: str
    #: of the fields that they touched
    values: Values


class DraftBook(Protocol):
    """Where drafts are kept. `keep` commits before it returns; both raise `Busy` when that cannot be."""

    async def keep(self, draft: Draft) -> None:
        """Keep a draft for as long as it `LIVES`."""

    async def get(self, draft_id: str) -> Draft | None:
        """A draft that has not ended."""


@dataclass(frozen=True, slots=True, kw_only=True)
class DraftReference:
    """What the button under a view of differences stands for."""

    request_id: str
    revision: int
    draft_id: str
    #: of the arguments that the view showed
    digest: str
    #: `EDIT` or `CORRECTION`
    made_for: str = EDIT


def write(signer: Signer, draft: Draft, digest: str, made_for: str = EDIT) -> str:
    """The unforgeable value of that button."""
    return signer.sign_reference(f"{made_for}.{draft.request_id}.{draft.revision}.{draft.id}.{digest}")


def read(signer: Signer, reference: str) -> DraftReference:
    """What a pressed button stands for; raises `Invalid` when the value is not one of ours."""
    is_fit = reference.isascii() and len(reference) <= _LONGEST
    genuine = signer.verify_reference(reference) if is_fit else None
    parts = _FORM.fullmatch(genuine) if genuine else None
    if parts is None:
        raise Invalid("This button does not come from a form of this installation; nothing was recorded.")
    made_for, request_id, revision, draft_id, digest = parts.groups()
    return DraftReference(
        made_for=made_for,
        request_id=request_id,
        revision=int(revision),
        draft_id=draft_id,
        digest=digest,
    )
