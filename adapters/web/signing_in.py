"""Signing in with a one-time link, and out again.

Opening the link uses nothing up: chats and mail scanners open every link they see. The button does.
"""

from __future__ import annotations

from collections.abc import Mapping

from aiohttp import web

from adapters.web.devices import device_of
from adapters.web.door import Door
from adapters.web.errors import UsedLink
from adapters.web.live import Live
from adapters.web.sessions import Sessions, id_of, is_token
from adapters.web.templates import Templates
from adapters.web.visitor import Visitor
from bot.domain import ids


class SigningIn:
    """Turns links into sessions, and ends these."""

    def __init__(self, *, door: Door, sessions: Sessions, live: Live, templates: Templates) -> None:
        self._door = door
        self._sessions = sessions
        self._live = live
        self._templates = templates

    async def ask(self, request: web.Request) -> web.StreamResponse:
        """The page with the button."""
        if not is_token(request.match_info["token"]):
            raise UsedLink
        return web.Response(text=self._templates.draw("sign_in.html", {}), content_type="text/html")

    async def sign_in(self, request: web.Request) -> web.StreamResponse:
        """Use the link up; the session is always a new one, and the browser's old one ends."""
        token = request.match_info["token"]
        device = device_of(request.headers.get("User-Agent", ""))
        session = await self._sessions.redeem_link(token, device) if is_token(token) else None
        if session is None:
            raise UsedLink
        await self._end(self._door.cookie.read(request))
        # Where it leads was stored with the link: nothing in the address says so.
        goal = await self._sessions.leads_to(token)
        response = web.Response(status=303, headers={"Location": _address(goal)})
        self._door.cookie.write(response, session)
        return response

    async def sign_out(
        self, request: web.Request, visitor: Visitor, fields: Mapping[str, str]
    ) -> web.StreamResponse:
        """End this session, on every page of this browser."""
        await self._end(visitor.token)
        response = web.Response(status=303, headers={"Location": "/"})
        self._door.cookie.erase(response)
        return response

    async def sign_ins(self, request: web.Request, visitor: Visitor) -> web.StreamResponse:
        """The page of everywhere that this person is signed in."""
        found = await self._sessions.of_person(visitor.person.id)
        values = {"sign_ins": found, "here": id_of(visitor.token), "csrf": visitor.csrf}
        html = self._templates.draw("sign_ins.html", values)
        return web.Response(text=html, content_type="text/html")

    async def sign_out_everywhere(
        self, request: web.Request, visitor: Visitor, fields: Mapping[str, str]
    ) -> web.StreamResponse:
        """End every session of this person, here and in every other browser."""
        await self._sessions.end_all(visitor.person.id)
        self._live.close_person(visitor.person.id)
        response = web.Response(status=303, headers={"Location": "/"})
        self._door.cookie.erase(response)
        return response

    async def _end(self, session: str | None) -> None:
        if session is not None:
            await self._sessions.end(session)
            self._live.close_session(session)


def _address(goal: str) -> str:
    """Where a link leads: to one of our own pages, whatever was stored."""
    if ids.is_id(goal, ids.REQUEST):
        return f"/requests/{goal}"
    return goal if goal.startswith("/measures") else "/"
