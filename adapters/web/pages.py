"""The pages: the inbox, what was decided, and one request with everything in view."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from aiohttp import web

from adapters.web.cards import Cards, Face
from adapters.web.errors import UnknownPage
from adapters.web.frame import Frame, Place
from adapters.web.inbox import TO_ME, channels, decided, pending
from adapters.web.live import Live
from adapters.web.looking import every_argument, is_looked_at
from adapters.web.standing import has_seen
from adapters.web.visitor import Visitor
from bot.approvals import Approvals
from bot.domain import ids
from bot.domain.directory import Directory
from bot.domain.moves import OpenView
from bot.domain.text import one_line
from bot.domain.visibility import may_see
from bot.ports import Store, Stored

#: more cards than this nobody reads; those that come first are shown
MOST_CARDS = 60
_LONGEST_NAME = 80

#: characters of what stands in a tab of the browser
_TITLE = 250


class Pages:
    """What a signed-in person looks at."""

    def __init__(
        self,
        *,
        approvals: Approvals,
        store: Store,
        directory: Callable[[], Directory],
        live: Live,
        cards: Cards,
        frame: Frame,
    ) -> None:
        self._approvals = approvals
        self._store = store
        self._directory = directory
        self._live = live
        self._cards = cards
        self._frame = frame

    async def inbox(self, request: web.Request, visitor: Visitor) -> web.StreamResponse:
        """What waits, in one channel or in all; or what was decided."""
        if request.query.get("show") == "decided":
            return await self._decided(request, visitor)
        channel = request.query.get("channel", "")[:_LONGEST_NAME]
        stamp = await self._stamp()
        waiting = await self._pending(visitor)
        shown = [s for s in waiting if not channel or _is_in(s, channel, visitor)]
        names = {"": "Inbox", TO_ME: "For me"}
        return self._frame.draw(
            "inbox.html",
            request,
            visitor,
            Place(here=channel, title=names.get(channel, f"#{channel}"), follows={"channel": channel}),
            pending=waiting,
            stamp=stamp,
            items=[self._cards.draw(s, visitor, Face.CARD) for s in shown[:MOST_CARDS]],
            subtitle=_how_many(len(shown)),
        )

    async def request(self, request: web.Request, visitor: Visitor) -> web.StreamResponse:
        """A person's own view of one request; looking is recorded, since high impact is approved here."""
        stamp = await self._stamp()
        stored = await self._visible(request.match_info["id"], visitor)
        if is_looked_at(request) and not has_seen(stored.request, visitor):
            stored = await self._opened(stored, visitor)
        waiting = await self._pending(visitor)
        shows_all = every_argument(request)
        also = {"arguments": "all"} if shows_all else {}
        return self._frame.draw(
            "request.html",
            request,
            visitor,
            Place(
                here=stored.request.id,
                title=one_line(stored.request.proposal.summary, _TITLE),
                follows={"request": stored.request.id, **also},
            ),
            pending=waiting,
            stamp=stamp,
            items=[self._cards.draw(stored, visitor, Face.PAGE, every_argument=shows_all)],
        )

    async def _decided(self, request: web.Request, visitor: Visitor) -> web.StreamResponse:
        stamp = await self._stamp()
        ended = await decided(self._store, self._directory(), visitor.person.id)
        return self._frame.draw(
            "inbox.html",
            request,
            visitor,
            Place(here="decided", title="Decided", follows={"show": "decided"}),
            pending=await self._pending(visitor),
            stamp=stamp,
            items=[self._cards.draw(s, visitor, Face.ROW) for s in ended],
            subtitle="The latest, newest first" if ended else "",
        )

    async def _stamp(self) -> str:
        """Where the page's stream goes on from; taken before anything is read, so that nothing is missed."""
        await self._live.start()
        return self._live.stamp

    async def _pending(self, visitor: Visitor) -> Sequence[Stored]:
        return await pending(self._store, self._directory(), visitor.person.id)

    async def _visible(self, request_id: str, visitor: Visitor) -> Stored:
        stored = await self._store.read(request_id) if ids.is_id(request_id, ids.REQUEST) else None
        if stored is None or not may_see(self._directory(), stored.request, visitor.person.id):
            raise UnknownPage
        return stored

    async def _opened(self, stored: Stored, visitor: Visitor) -> Stored:
        if stored.request.status.is_final:
            return stored
        move = OpenView(
            request_id=stored.request.id,
            command_id=ids.new_id(ids.COMMAND),
            presser=visitor.presser,
            revision=stored.request.revision,
        )
        await self._approvals.open_view(move)
        return await self._visible(stored.request.id, visitor)


def _is_in(stored: Stored, channel: str, visitor: Visitor) -> bool:
    return channel in channels(stored.request, visitor.person.id)


def _how_many(count: int) -> str:
    if count > MOST_CARDS:
        return f"{count} waiting, the first {MOST_CARDS} are shown"
    return ""
