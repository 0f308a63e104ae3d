"""The use case of showing masked values: recorded and committed first, shown to one person afterwards."""

from __future__ import annotations

from dataclasses import dataclass

from bot.domain import ids
from bot.domain.arguments import hiding, unmasked
from bot.domain.card import ArgumentLine
from bot.domain.errors import Conflict, Forbidden, NotFound
from bot.domain.moves import Presser
from bot.domain.private_moves import Reveal
from bot.domain.text import one_line
from bot.ports import Store

LABEL = "Show hidden values"
#: what stands above the values
SHOWN_TO_YOU = "Shown to you alone. It is on record that you looked; the card stays as it is for everybody."
#: under as much as fits
REST_IN_BROWSER = "There is more than fits here; open the request in the browser to see the rest."
NOTHING_HIDDEN = "Nothing is hidden here."

_HEADLINE = 250


@dataclass(frozen=True, slots=True, kw_only=True)
class Revealed:
    """What one person is shown, once."""

    request_id: str
    headline: str
    #: every masked argument with its whole value
    arguments: tuple[ArgumentLine, ...]


class Reveals:
    """Shows masked values to those who may see them."""

    def __init__(self, store: Store) -> None:
        self._store = store

    async def reveal(self, request_id: str, presser: Presser) -> Revealed:
        """The masked values of a request as it stands; a refusal is on record, too.

        Raises `Forbidden` with the sentence of whoever may not see them, `Conflict` where nothing is
        masked, `NotFound`, and `Busy`, after which nothing was shown.
        """
        stored = await self._store.read(request_id)
        if stored is None:
            raise NotFound("This request is not known here.")
        request, arguments = stored.request, stored.packet.action.arguments
        paths = hiding(arguments, request.terms.mask)
        if not paths:
            raise Conflict(NOTHING_HIDDEN)
        move = Reveal(
            request_id=request_id,
            # Anew each time: authority is decided and recorded for every look, however it came about.
            command_id=ids.new_id(ids.COMMAND),
            presser=presser,
            revision=request.revision,
            paths=paths,
        )
        moved = await self._store.move(move)
        if not moved.answer.accepted:
            raise Forbidden(moved.answer.sentence)
        return Revealed(
            request_id=request_id,
            headline=one_line(request.proposal.summary, _HEADLINE) or request.proposal.action,
            arguments=unmasked(arguments, request.terms.mask),
        )
