"""The state that a browser takes to Slack and brings back: signed, short-lived, and worth something to the
browser alone that was given it, and once.

Without it anybody could be made to finish an installation that somebody else began (RFC 6749, section 10.12).
"""

from __future__ import annotations

import hashlib
import re
import secrets
from datetime import UTC, datetime, timedelta
from typing import Protocol

from aiohttp import web

from bot.domain.errors import PlacetError
from bot.installations import InstallationBook
from bot.ports import Clock

#: long enough to read Slack's page and ask somebody
LIVES = timedelta(minutes=10)

_TOKEN = re.compile(r"[A-Za-z0-9_-]{43}")
#: begins every state, so that nothing else that we sign passes for one
_KIND = "install"


class StateWrong(PlacetError):
    """This installation was begun elsewhere, is finished, or took over ten minutes; begin it again."""

    code = "install_state"


class Signer(Protocol):
    """Marks texts so that nobody else can make one."""

    def sign_reference(self, text: str) -> str:
        """The text with a mark behind it."""

    def verify_reference(self, reference: str) -> str | None:
        """The text again, None for one that is not ours."""


class InstallState:
    """Makes states, and takes each back once."""

    def __init__(self, *, signer: Signer, book: InstallationBook, clock: Clock, secure: bool) -> None:
        self._signer = signer
        self._book = book
        self._clock = clock
        self._secure = secure
        # Browsers take a `__Host-` cookie from this host alone, never from a neighbour or over http.
        self._name = "__Host-placet_install" if secure else "placet_install"

    def begin(self, request: web.Request, response: web.StreamResponse) -> str:
        """A state for this browser, which keeps its half of it; one that is under way already goes on."""
        kept = request.cookies.get(self._name, "")
        browser = kept if _TOKEN.fullmatch(kept) else secrets.token_urlsafe(32)
        response.set_cookie(
            self._name,
            browser,
            max_age=int(LIVES.total_seconds()),
            path="/",
            httponly=True,
            samesite="Lax",
            secure=self._secure,
        )
        until = int((self._clock() + LIVES).timestamp())
        nonce = secrets.token_urlsafe(16)
        return self._signer.sign_reference(f"{_KIND}:{until}:{nonce}:{_hash(browser)}")

    async def finish(self, request: web.Request, state: str) -> None:
        """Take a state back; raises `StateWrong`, or `Busy`."""
        kind, _, rest = (self._signer.verify_reference(state) or "").partition(":")
        until, _, rest = rest.partition(":")
        browser = request.cookies.get(self._name, "")
        if kind != _KIND or not secrets.compare_digest(rest.rpartition(":")[2], _hash(browser)):
            raise StateWrong
        ends_at = datetime.fromtimestamp(int(until), UTC)
        if ends_at <= self._clock() or not await self._book.use_state(state, ends_at):
            raise StateWrong


def _hash(browser: str) -> str:
    return hashlib.sha256(browser.encode(errors="replace")).hexdigest()
