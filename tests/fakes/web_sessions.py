"""Links and sessions in memory."""

import secrets
from collections.abc import Sequence
from datetime import datetime

from adapters.web.sessions import id_of
from bot.ports import Clock
from bot.sign_ins import LINK_LIFETIME, SESSION_LIFETIME, SignIn


class MemorySessions:
    """`adapters.web.sessions.Sessions` in memory."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._links: dict[str, tuple[str, datetime]] = {}
        self._goals: dict[str, str] = {}
        self._sessions: dict[str, tuple[str, datetime]] = {}
        self._devices: dict[str, str] = {}

    async def create_link(self, person: str, goal: str = "") -> str:
        token = secrets.token_urlsafe(32)
        self._links[token] = (person, self._clock() + LINK_LIFETIME)
        self._goals[token] = goal
        return token

    async def leads_to(self, link: str) -> str:
        return self._goals.get(link, "")

    async def redeem_link(self, token: str, device: str = "") -> str | None:
        person, ends_at = self._links.pop(token, ("", self._clock()))
        if ends_at <= self._clock():
            return None
        session = secrets.token_urlsafe(32)
        self._sessions[session] = (person, self._clock() + SESSION_LIFETIME)
        self._devices[session] = device
        return session

    async def session(self, token: str) -> str | None:
        person, ends_at = self._sessions.get(token, ("", self._clock()))
        return person if ends_at > self._clock() else None

    async def end(self, token: str) -> None:
        self._sessions.pop(token, None)

    async def of_person(self, person: str) -> Sequence[SignIn]:
        return [
            SignIn(
                id=id_of(token),
                device=self._devices[token],
                created_at=until - SESSION_LIFETIME,
                expires_at=until,
            )
            for token, (owner, until) in reversed(self._sessions.items())
            if owner == person and until > self._clock()
        ]

    async def end_all(self, person: str) -> None:
        self._sessions = {k: v for k, v in self._sessions.items() if v[0] != person}
        self._links = {k: v for k, v in self._links.items() if v[0] != person}
