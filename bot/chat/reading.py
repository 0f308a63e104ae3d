"""What a person may read of a request, opened for them alone; every failure becomes a sentence."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable, Coroutine
from dataclasses import dataclass, replace
from datetime import timedelta
from typing import Any, TypeVar

from bot.approvals import Approvals
from bot.domain import more, rate_form
from bot.domain.card import Card, Press
from bot.domain.directory import Directory, Identity, Person
from bot.domain.errors import NotFound, PlacetError
from bot.domain.more import MoreForm
from bot.domain.moves import OpenView, Presser
from bot.references import Reference

UNREADABLE = "Placet cannot reach its database right now; try again in a moment."
NOT_YOURS = "You are not among the people who may see this request."
CHANGED = "This changed while you were reading, so it starts again from the first page."
#: what a view is called
TITLES = {
    Press.DETAILS: "Details",
    Press.REVIEW: "Review",
    Press.MORE: more.TITLE,
    Press.EDIT: "Edit",
    Press.REVEAL: "Hidden values",
    Press.DISAGREE: "Quality check",
    Press.RATE: rate_form.TITLE,
}

T = TypeVar("T")

_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True, kw_only=True)
class Opening:
    """Somebody wants to read a request."""

    press: Press
    reference: Reference
    #: the same for the same press, however often it is delivered
    command_id: str
    identity: Identity
    #: looks up what the platform vouches for, where it is to be recorded who opened it
    presser: Callable[[], Awaitable[Presser]]


class Reader:
    """Opens packets for those who may see them."""

    def __init__(
        self, *, approvals: Approvals, directory: Callable[[], Directory], patience: timedelta
    ) -> None:
        self._approvals = approvals
        self._directory = directory
        self._patience = patience

    async def open(self, opening: Opening) -> Card:
        """The card as it stands, after recording who reviews it; raises `NotFound` for strangers."""
        reference = opening.reference
        await self._reader(reference, opening.identity)
        if opening.press is not Press.REVIEW:
            return await self._approvals.card(reference.request_id, reference.batch)
        move = OpenView(
            request_id=reference.request_id,
            command_id=opening.command_id,
            presser=await opening.presser(),
            revision=reference.revision,
        )
        card = await self._approvals.open_view(move, reference.batch)
        if card.revision == move.revision:
            return card
        # The arguments were changed since that card was drawn: what opens is the new revision.
        newer = replace(move, command_id=f"{move.command_id}:{card.revision}", revision=card.revision)
        return await self._approvals.open_view(newer, reference.batch)

    async def more(self, reference: Reference, identity: Identity) -> MoreForm:
        """What else a person can do now; raises `NotFound` for strangers."""
        person = await self._reader(reference, identity)
        return await self._approvals.more(reference.request_id, person.id)

    async def shows(self, request_id: str, identity: Identity, platform: str, message: str) -> bool:
        """Whether a card may be shown to somebody who says that they pressed it in this message.

        That is so where it stands there, before the eyes of all; elsewhere for those who may see the request.
        Where a press was made is its client's word, and whoever once saw a card knows what its buttons carry.
        """
        if await self._approvals.stands_at(request_id, platform, message):
            return True
        person = self._directory().person_with(identity)
        return person is not None and await self._approvals.may_see(request_id, person.id)

    async def _reader(self, reference: Reference, identity: Identity) -> Person:
        person = self._directory().person_with(identity)
        if person is None or not await self._approvals.may_see(reference.request_id, person.id):
            raise NotFound(NOT_YOURS)
        return person

    async def within_patience(self, work: Coroutine[Any, Any, T], note: Callable[[str], T]) -> T:
        """What the work draws, or a note with a sentence when it fails or takes too long."""
        return await within(self._patience, work, note)


async def within(patience: timedelta, work: Coroutine[Any, Any, T], note: Callable[[str], T]) -> T:
    """What the work draws, or a note with a sentence when it fails or takes longer than this."""
    task = asyncio.create_task(work)
    await asyncio.wait((task,), timeout=patience.total_seconds())
    if not task.done():
        task.cancel()
        return note(UNREADABLE)
    error = task.exception()
    if error is None:
        return task.result()
    if isinstance(error, PlacetError):
        return note(error.sentence)
    _log.error("A packet could not be read.", exc_info=error)
    return note(UNREADABLE)
