"""Signing in to the browser inbox: links that work once, and the sessions they open."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Protocol

#: long enough to change from the chat to a browser, short enough for a link left in a log
LINK_LIFETIME = timedelta(minutes=10)
#: a working week; counted from sign-in, never prolonged
SESSION_LIFETIME = timedelta(days=7)


@dataclass(frozen=True, slots=True, kw_only=True)
class SignIn:
    """One session of a person, as they may recognise it."""

    #: tells it from the person's other ones; opens nothing
    id: str
    #: the browser, in words
    device: str
    created_at: datetime
    expires_at: datetime


class LinkMaker(Protocol):
    """Where links are kept."""

    async def create_link(self, person: str, goal: str = "") -> str:
        """A token that signs this person in once, within `LINK_LIFETIME`.

        It leads to a request by its id, to one of our pages by its address, or to the inbox.
        """


class InboxLinks:
    """Addresses that sign a person in: for that person alone, and only where nobody else reads them."""

    def __init__(self, links: LinkMaker, public_url: str) -> None:
        """`public_url` without a slash at its end."""
        self._links = links
        self._public_url = public_url

    async def make(self, person: str, goal: str = "") -> str:
        """An address that works once, within ten minutes; raises `Busy` when it cannot be stored.

        `goal` as in `LinkMaker`.
        """
        return f"{self._public_url}/sign-in/{await self._links.create_link(person, goal)}"
