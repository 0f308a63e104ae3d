"""Batches: many requests behind one card, turned over and decided one by one in a view of one's own."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from enum import Enum

from bot import references
from bot.domain.batch_card import BatchCard
from bot.domain.batch_drawing import draw_batch, same_again
from bot.domain.blinding import blind
from bot.domain.card import Button, Card, Press
from bot.domain.directory import Directory, Identity
from bot.domain.errors import NotFound
from bot.domain.forecast import Queue
from bot.domain.request import ApprovalRequest
from bot.domain.visibility import may_see
from bot.ports import Store, Stored
from bot.queueing import Queueing
from bot.references import Reference

NOT_YOURS = "You are not among the people who may see these requests."


class Turn(Enum):
    """Where to in a batch."""

    #: the request itself, as it stands now
    HERE = "here"
    #: the first that waits
    FIRST = "first"
    #: from the request, to one that waits; round the end to the beginning
    NEXT = "next"
    PREVIOUS = "previous"


class Batches:
    """What can be seen of a batch card."""

    def __init__(
        self,
        *,
        store: Store,
        directory: Callable[[], Directory],
        signer: references.Signer,
        draw: Callable[[Stored, Queue | None, str | None], Card],
        queueing: Queueing,
    ) -> None:
        self._store = store
        self._directory = directory
        self._signer = signer
        self._draw = draw
        self._queueing = queueing

    def draw(self, batch_id: str, requests: Sequence[ApprovalRequest]) -> BatchCard:
        """The card that everybody sees."""
        return draw_batch(
            batch_id,
            requests,
            self._directory(),
            lambda request: references.write(self._signer, request, batch_id),
        )

    async def shared(self, batch_id: str, identity: Identity) -> BatchCard:
        """As `draw`, from current state; raises `NotFound` for those who may see none of it."""
        requests, directory = await self._store.batch(batch_id), self._directory()
        person = directory.person_with(identity)
        if person is None or not any(may_see(directory, each, person.id) for each in requests):
            raise NotFound(NOT_YOURS)
        return self.draw(batch_id, requests)

    async def view(self, reference: Reference, turn: Turn, identity: Identity) -> Card:
        """One request of the batch in a person's own view; raises `NotFound` for those who may see none.

        Nothing is remembered of who is where: the reference says from which request it goes on, and the order
        of a batch does not change with what is decided.
        """
        requests = [blind(each) for each in await self._store.batch(reference.batch or "")]
        directory = self._directory()
        person = directory.person_with(identity)
        visible = [each for each in requests if person and may_see(directory, each, person.id)]
        found = _turned(visible, reference.request_id, turn)
        stored = await self._store.read(found.id) if found is not None else None
        if stored is None:
            raise NotFound(NOT_YOURS)
        card = self._draw(stored, await self._queueing.of(stored.request), reference.batch)
        warnings = (*card.warnings, *same_again(blind(stored.request), requests, directory))
        return _within(replace(card, warnings=warnings), visible)


def _turned(requests: Sequence[ApprovalRequest], here: str, turn: Turn) -> ApprovalRequest | None:
    at = next((index for index, request in enumerate(requests) if request.id == here), None)
    if at is None or turn is Turn.FIRST:
        at, ahead = 0, list(requests)
    elif turn is Turn.PREVIOUS:
        ahead = [*reversed(requests[:at]), *reversed(requests[at:])]
    elif turn is Turn.NEXT:
        ahead = [*requests[at + 1 :], *requests[: at + 1]]
    else:
        ahead = []
    if not requests:
        return None
    waiting = next((request for request in ahead if not request.status.is_final), None)
    if waiting is None and any(not request.status.is_final for request in requests):
        return requests[at]
    # Once nothing waits, the record is turned over page by page.
    return waiting or (ahead or [requests[at]])[0]


def _within(card: Card, requests: Sequence[ApprovalRequest]) -> Card:
    """The card with where it stands in the batch, and the buttons that turn."""
    open_ones = [request for request in requests if not request.status.is_final]
    among = open_ones or list(requests)
    place = next((at for at, request in enumerate(among, 1) if request.id == card.request_id), None)
    if not open_ones:
        position = f"{place} of {len(among)}, all over"
    else:
        position = f"{place} of {len(among)} waiting" if place else f"Over · {len(among)} still waiting"
    turns = [Button(press=Press.PREVIOUS, label="Previous"), Button(press=Press.NEXT, label="Next")]
    close = Button(press=Press.CLOSE, label="Back to the list")
    buttons = (*card.buttons, *(turns if len(requests) > 1 else ()), close)
    return replace(card, position=position, buttons=buttons)
