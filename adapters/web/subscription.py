"""One open page's share of the changes: what it still has to be told, each request once.

A slow page falls behind but never piles up: a request that changes ten times waits once, as it stands.
"""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from bot.ports import Stored

_MOST_SENTENCES = 20


@dataclass(frozen=True, slots=True, kw_only=True)
class Said:
    """A sentence for this person, shown for a moment."""

    sentence: str
    #: whether it answers a press, and how; None for a reminder
    accepted: bool | None = None
    #: the request it is about
    request_id: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class News:
    """What to tell a page."""

    changed: tuple[Stored, ...] = ()
    said: tuple[Said, ...] = ()
    panel: bool = False


class Subscription:
    """One page that follows the changes."""

    def __init__(self, *, person: str, session: str, is_gone: Callable[[], bool]) -> None:
        self.is_gone = is_gone
        self.person = person
        self.session = session
        self.is_closed = False
        self._changed: dict[str, Stored] = {}
        self._said: deque[Said] = deque(maxlen=_MOST_SENTENCES)
        self._panel = False
        self._woken = asyncio.Event()

    def offer(self, changed: Sequence[Stored]) -> None:
        """Requests changed."""
        self._changed.update((stored.request.id, stored) for stored in changed)
        self._woken.set()

    def say(self, said: Said) -> None:
        """Somebody is told something."""
        self._said.append(said)
        self._woken.set()

    def refresh_panel(self) -> None:
        """The sample agent's log has a new line."""
        self._panel = True
        self._woken.set()

    def close(self) -> None:
        """The stream ends after what it still has to tell."""
        self.is_closed = True
        self._woken.set()

    async def news(self, *, within: float) -> News:
        """What is new, empty when nothing was for `within` seconds or when the stream is closed."""
        try:
            async with asyncio.timeout(within):
                await self._woken.wait()
        except TimeoutError:
            return News()
        self._woken.clear()
        news = News(changed=tuple(self._changed.values()), said=tuple(self._said), panel=self._panel)
        self._changed.clear()
        self._said.clear()
        self._panel = False
        return news
