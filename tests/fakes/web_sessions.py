"""Links and sessions in memory."""

import secrets
from datetime import datetime

from adapters.web.sessions import LINK_LIFETIME, SESSION_LIFETIME
from bot.ports import Clock


class MemorySessions:
    """`adapters.web.sessions.Sessions` in memory."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._links: dict[str, tuple[str, datetime]] = {}
        self._sessions: dict[str, tuple[str, datetime]] = {}

    async def create_link(self, person: str) -> str:
        token = secrets.token_urlsafe(32)
        self._links[token] = (person, self._clock() + LINK_LIFETIME)
        return token

    async def redeem_link(self, token: str) -> str | None:
        person, ends_at = self._links.pop(token, ("", self._clock()))
        if ends_at <= self._clock():
            return None
        session = secrets.token_urlsafe(32)
        self._sessions[session] = (person, self._clock() + SESSION_LIFETIME)
        return session

    async def session(self, token: str) -> str | None:
        person, ends_at = self._sessions.get(token, ("", self._clock()))
        return person if ends_at > self._clock() else None

    async def end(self, token: str) -> None:
        self._sessions.pop(token, None)
