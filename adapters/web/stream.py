"""Server-sent events: cards redrawn for this viewer whenever they change (HTML standard, 9.2).

Each stream tells only what its viewer may see, asked anew for every card. It ends when the session
does; the browser then comes back by itself and is told to sign in.
"""

from __future__ import annotations

import asyncio
import json
import logging
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from aiohttp import web
from aiohttp_sse import EventSourceResponse

from adapters.web.cards import Cards, Face
from adapters.web.frame import Frame
from adapters.web.headers import SECURITY_HEADERS
from adapters.web.inbox import channels, is_over, visible, waits
from adapters.web.live import Live
from adapters.web.looking import every_argument
from adapters.web.sessions import Sessions
from adapters.web.subscription import News, Subscription
from adapters.web.visitor import Visitor
from bot.domain import ids
from bot.domain.directory import Directory
from bot.domain.errors import Busy
from bot.domain.visibility import may_see
from bot.ports import Store, Stored

#: so often is looked whether the session still holds
HEARTBEAT = timedelta(seconds=15)
#: browsers come back after this long
_RETRY_MS = 2000
#: streams of one person in this process
MOST_PAGES = 20

_log = logging.getLogger(__name__)


@dataclass(slots=True, kw_only=True)
class _Page:
    """What one open page shows."""

    response: EventSourceResponse
    visitor: Visitor
    subscription: Subscription
    face: Face
    #: however many there are
    every_argument: bool
    here: str
    request_id: str | None
    channel: str
    #: ids of the cards that this person could see
    sent: set[str]
    tabs: str = ""


class Stream:
    """Serves `/events`."""

    def __init__(
        self,
        *,
        store: Store,
        sessions: Sessions,
        directory: Callable[[], Directory],
        live: Live,
        cards: Cards,
        frame: Frame,
        heartbeat: timedelta = HEARTBEAT,
    ) -> None:
        self._store = store
        self._sessions = sessions
        self._directory = directory
        self._live = live
        self._cards = cards
        self._frame = frame
        self._heartbeat = heartbeat.total_seconds()

    async def serve(self, request: web.Request, visitor: Visitor) -> web.StreamResponse:
        """Follow the changes for one page until it is closed; raises `Busy` for too many pages."""
        await self._live.start()
        # Nothing is waited for between counting and being counted.
        if self._live.followed_by(visitor.person.id) >= MOST_PAGES:
            raise Busy("You have very many pages of Placet open; close some of them.")
        after = request.headers.get("Last-Event-ID") or request.query.get("after", "")
        # The server goes on with a request whose browser hung up until it writes again.
        subscription = self._live.subscribe(
            visitor.person.id, visitor.token, lambda: request.transport is None
        )
        response = EventSourceResponse(headers=SECURITY_HEADERS, ping_interval=self._heartbeat)
        try:
            await response.prepare(request)
            async with response:
                page = _opened(request, response, visitor, subscription)
                await self._catch_up(page, after)
                await self._follow(page)
        except (ConnectionResetError, TimeoutError):
            _log.debug("A page was closed.")
        finally:
            self._live.leave(subscription)
        return response

    async def _catch_up(self, page: _Page, after: str) -> None:
        """What changed since the page was drawn; everything, when that is not known any more."""
        missed, stamp = self._live.since(after), self._live.stamp
        await page.response.send("{}", event="hello", retry=_RETRY_MS)
        if missed is None:
            await self._resend(page)
        else:
            await self._cards_changed(page, missed)
        await _send(page, "at", {}, stamp)

    async def _resend(self, page: _Page) -> None:
        if page.request_id:
            is_one = ids.is_id(page.request_id, ids.REQUEST)
            stored = await self._store.read(page.request_id) if is_one else None
            await self._cards_changed(page, [stored] if stored else [])
        elif page.face is Face.CARD:
            mine = self._pending(page)
            await self._cards_changed(page, mine)
            await _send(page, "only", {"ids": [stored.request.id for stored in mine]})
        await self._tabs_changed(page)

    async def _follow(self, page: _Page) -> None:
        clock = asyncio.get_running_loop().time
        looked_at = clock()
        while not page.subscription.is_closed:
            news = await page.subscription.news(within=self._heartbeat)
            stamp = self._live.stamp
            if clock() - looked_at >= self._heartbeat or page.subscription.is_closed:
                looked_at = clock()
                if not await self._is_signed_in(page):
                    await _send(page, "bye", {"sentence": "Signed out. Reload the page."})
                    return
            await self._tell(page, news)
            await _send(page, "at", {}, stamp)

    async def _is_signed_in(self, page: _Page) -> bool:
        person = page.visitor.person.id
        is_open = await self._sessions.session(page.visitor.token) == person
        return is_open and person in self._directory().people

    async def _tell(self, page: _Page, news: News) -> None:
        await self._cards_changed(page, news.changed)
        if news.changed:
            await self._tabs_changed(page)
        for said in news.said:
            about = {"accepted": said.accepted, "request_id": said.request_id}
            await _send(page, "said", {"sentence": said.sentence, **about})
        if news.panel:
            await _send(page, "panel", {"html": self._frame.panel(page.visitor)})

    async def _cards_changed(self, page: _Page, changed: Iterable[Stored]) -> None:
        for stored in changed:
            request = stored.request
            if page.request_id and request.id != page.request_id:
                continue
            if may_see(self._directory(), request, page.visitor.person.id):
                page.sent.add(request.id)
                html = self._cards.draw(stored, page.visitor, page.face, every_argument=page.every_argument)
                await _send(page, "card", {"html": html, "add": _belongs(stored, page)})
            elif request.id in page.sent:
                # Only what was seen before is named: whoever may not see a request learns nothing of it.
                page.sent.discard(request.id)
                await _send(page, "gone", {"id": request.id})

    async def _tabs_changed(self, page: _Page) -> None:
        pending = self._pending(page)
        html = self._frame.tabs(page.visitor, page.here, pending)
        if html != page.tabs:
            page.tabs = html
            await _send(page, "tabs", {"html": html, "waiting": len(pending)})

    def _pending(self, page: _Page) -> list[Stored]:
        mine = visible(self._live.known, self._directory(), page.visitor.person.id)
        return [stored for stored in mine if waits(stored.request)]


def _opened(
    request: web.Request, response: EventSourceResponse, visitor: Visitor, subscription: Subscription
) -> _Page:
    channel, request_id = request.query.get("channel", ""), request.query.get("request")
    is_decided = request.query.get("show") == "decided"
    face = Face.PAGE if request_id else Face.ROW if is_decided else Face.CARD
    return _Page(
        response=response,
        visitor=visitor,
        subscription=subscription,
        face=face,
        every_argument=every_argument(request),
        here=request_id or ("decided" if is_decided else channel),
        request_id=request_id,
        channel=channel,
        sent=set(),
    )


def _belongs(stored: Stored, page: _Page) -> bool:
    """Whether a page that does not show the request yet begins to."""
    if page.face is Face.ROW:
        return is_over(stored.request)
    in_channel = not page.channel or page.channel in channels(stored.request, page.visitor.person.id)
    return page.face is Face.CARD and waits(stored.request) and in_channel


async def _send(page: _Page, event: str, body: dict[str, Any], stamp: str | None = None) -> None:
    await page.response.send(json.dumps(body), event=event, id=stamp)
