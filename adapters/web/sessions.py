"""Who is signed in: one-time links and the sessions they open.

There are no passwords. A link is made for one person, by an operator or by the bot in a private
message, and opens one session. Whoever stores them keeps SHA-256 hashes only, so that a stolen
database opens nothing.
"""

from __future__ import annotations

import re
from datetime import timedelta
from typing import Protocol

#: long enough to change from the chat to a browser, short enough for a link left in a log
LINK_LIFETIME = timedelta(minutes=15)
#: a working week; counted from sign-in, never prolonged
SESSION_LIFETIME = timedelta(days=7)

_TOKEN = re.compile(r"[A-Za-z0-9_-]{43}")


class Sessions(Protocol):
    """Links and sessions, wherever they are stored. Tokens are 43 letters of 256 random bits."""

    async def create_link(self, person: str) -> str:
        """A token that signs this person in once, within `LINK_LIFETIME`."""

    async def redeem_link(self, token: str) -> str | None:
        """Use a link up and open a session; the session's new token, None for a used, old or unknown link.

        Of two calls at the same time only one gets a session.
        """

    async def session(self, token: str) -> str | None:
        """The person of a session; None when it ended, is unknown or older than `SESSION_LIFETIME`."""

    async def end(self, token: str) -> None:
        """End a session; nothing happens when it is unknown."""


def is_token(text: str) -> bool:
    """Whether the text has the form of a token, so that nothing else reaches the store."""
    return _TOKEN.fullmatch(text) is not None
