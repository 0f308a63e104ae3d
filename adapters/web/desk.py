"""The demo's own part of the page: what the sample agent does, and a button that has it ask again."""

from __future__ import annotations

from collections import deque
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import TypeAlias

from adapters.web.live import Live

_MOST_ENTRIES = 60

AskAgain: TypeAlias = Callable[[], Awaitable[None]]


class EntryTone(StrEnum):
    """How a line of the log looks."""

    ASKED = "asked"  # a request was posted
    GOOD = "good"  # a callback arrived and its signature fits
    BAD = "bad"  # it did not fit, or something failed
    DID = "did"  # the agent acted, or left it


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """One thing that the sample agent did or was told."""

    at: datetime
    tone: EntryTone
    title: str
    #: the request's summary
    about: str = ""
    details: tuple[str, ...] = ()


class Desk:
    """The sample agent's log, newest first."""

    def __init__(self, live: Live) -> None:
        self._live = live
        self._entries: deque[Entry] = deque(maxlen=_MOST_ENTRIES)
        self._ask_again: AskAgain | None = None

    @property
    def entries(self) -> Sequence[Entry]:
        """The log."""
        return tuple(self._entries)

    def write(
        self, *, at: datetime, tone: str, title: str, about: str = "", details: tuple[str, ...] = ()
    ) -> None:
        """Add a line, in one of the tones; open pages show it at once."""
        entry = Entry(at=at, tone=EntryTone(tone), title=title, about=about, details=details)
        self._entries.appendleft(entry)
        self._live.refresh_panel()

    def on_ask(self, ask_again: AskAgain) -> None:
        """Say what the button does."""
        self._ask_again = ask_again

    async def ask(self) -> None:
        """Press the button."""
        if self._ask_again is not None:
            await self._ask_again()
