"""The person behind a browser, and the cookie that says so."""

from __future__ import annotations

import hashlib
import hmac
from dataclasses import dataclass

from aiohttp import web

from adapters.web.sessions import is_token
from bot.domain.directory import WEB, Identity, Person
from bot.domain.moves import Presser
from bot.sign_ins import SESSION_LIFETIME

#: hexadecimal digits by which the audit tells one session from another
SESSION_DIGITS = 16


@dataclass(frozen=True, slots=True, kw_only=True)
class Visitor:
    """Somebody who is signed in."""

    person: Person
    #: the session's token, known to this browser and nobody else
    token: str

    @property
    def csrf(self) -> str:
        """What every form of this session carries: derived from the session, useless for any other."""
        return mark(self.token, "form")

    @property
    def presser(self) -> Presser:
        """The account behind this visitor's presses."""
        identity = Identity(platform=WEB, user=self.person.id)
        session = mark(self.token, "audit")[:SESSION_DIGITS]
        return Presser(identity=identity, name=self.person.name, session=session)


def mark(token: str, text: str) -> str:
    """A code that only this session can have made for a text (hex HMAC-SHA-256)."""
    return hmac.new(token.encode(), text.encode(), hashlib.sha256).hexdigest()


class SessionCookie:
    """The cookie that carries the session's token; no script can read it, no other site can send it."""

    def __init__(self, *, secure: bool) -> None:
        self._secure = secure
        # Browsers accept a `__Host-` cookie from this host alone, never from a neighbour or over http.
        self._name = "__Host-placet_session" if secure else "placet_session"

    def read(self, request: web.Request) -> str | None:
        """The token that a browser sent, None without a well-formed one."""
        token = request.cookies.get(self._name, "")
        return token if is_token(token) else None

    def write(self, response: web.StreamResponse, token: str) -> None:
        """Have the browser keep a token for as long as the session lasts."""
        response.set_cookie(
            self._name,
            token,
            max_age=int(SESSION_LIFETIME.total_seconds()),
            path="/",
            httponly=True,
            samesite="Lax",
            secure=self._secure,
        )

    def erase(self, response: web.StreamResponse) -> None:
        """Have the browser forget the token."""
        response.del_cookie(self._name, path="/", httponly=True, samesite="Lax", secure=self._secure)
