"""Who is signed in: one-time links and the sessions they open.

There are no passwords. A link is made for one person, by an operator or by the bot in a private
message, and opens one session. Whoever stores them keeps SHA-256 hashes only, so that a stolen
database opens nothing.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Sequence
from typing import Protocol

from bot.sign_ins import SignIn

_TOKEN = re.compile(r"[A-Za-z0-9_-]{43}")


class Sessions(Protocol):
    """Links and sessions, wherever they are stored. Tokens are 43 letters of 256 random bits."""

    async def create_link(self, person: str, goal: str = "") -> str:
        """A token that signs this person in once, within `LINK_LIFETIME`, and leads to its goal."""

    async def redeem_link(self, token: str, device: str = "") -> str | None:
        """Use a link up and open a session; the session's new token, None for a used, old or unknown link.

        Of two calls at the same time only one gets a session.
        """

    async def leads_to(self, link: str) -> str:
        """The id of the request, or the address of the page, that a link was made for; empty for none."""

    async def session(self, token: str) -> str | None:
        """The person of a session; None when it ended, is unknown or older than `SESSION_LIFETIME`."""

    async def end(self, token: str) -> None:
        """End a session; nothing happens when it is unknown."""

    async def of_person(self, person: str) -> Sequence[SignIn]:
        """Every session of a person that is open, newest first."""

    async def end_all(self, person: str) -> None:
        """End every session of a person, and void the links that they have not used."""


def id_of(token: str) -> str:
    """The id by which a session is told from others; opens nothing."""
    return hashlib.sha256(token.encode()).hexdigest()[:16]


def is_token(text: str) -> bool:
    """Whether the text has the form of a token, so that nothing else reaches the store."""
    return _TOKEN.fullmatch(text) is not None
