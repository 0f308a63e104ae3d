"""The demo's switch from one reviewer to another. Mounted in the demo only."""

from __future__ import annotations

from collections.abc import Mapping

from aiohttp import web

from adapters.web.desk import Desk
from adapters.web.door import Door
from adapters.web.live import Live
from adapters.web.sessions import Sessions
from adapters.web.visitor import Visitor


class Acting:
    """What only the demo can do."""

    def __init__(self, *, door: Door, sessions: Sessions, live: Live, desk: Desk) -> None:
        self._door = door
        self._sessions = sessions
        self._live = live
        self._desk = desk

    async def act_as(
        self, request: web.Request, visitor: Visitor, fields: Mapping[str, str]
    ) -> web.StreamResponse:
        """Become somebody else, in a new session."""
        somebody = await self._door.act_as(fields.get("person", ""))
        await self._sessions.end(visitor.token)
        self._live.close_session(visitor.token)
        response = web.Response(status=303, headers={"Location": "/"})
        self._door.cookie.write(response, somebody.token)
        return response

    async def ask(
        self, request: web.Request, visitor: Visitor, fields: Mapping[str, str]
    ) -> web.StreamResponse:
        """Have the sample agent ask for something."""
        await self._desk.ask()
        return web.Response(status=303, headers={"Location": "/"})
