"""What happened so far in the demo: told to whoever listens, and waited for."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from datetime import timedelta
from typing import TypeAlias

from bot.demo.errors import StoryBroken
from bot.demo.happening import Happening, Kind

Listener: TypeAlias = Callable[[Happening], None]


class Chronicle:
    """Keeps every happening."""

    def __init__(self) -> None:
        self._listeners: list[Listener] = []
        self._happenings: list[Happening] = []
        self._grew = asyncio.Event()

    def listen(self, listener: Listener) -> None:
        """Tell it of everything from now on."""
        self._listeners.append(listener)

    def add(self, happening: Happening) -> None:
        """Something happened."""
        self._happenings.append(happening)
        for listener in self._listeners:
            listener(happening)
        self._grew.set()

    async def until(
        self, request_id: str, kind: Kind, title: str | None = None, *, within: timedelta
    ) -> Happening:
        """The first happening of this kind about a request; raises `StoryBroken` when none comes in time."""
        try:
            async with asyncio.timeout(within.total_seconds()):
                while (found := self._find(request_id, kind, title)) is None:
                    self._grew.clear()
                    await self._grew.wait()
                return found
        except TimeoutError:
            seconds, what = round(within.total_seconds()), title or kind
            raise StoryBroken(
                f"The demo waited {seconds} seconds for {what} about {request_id}, and it did not come."
            ) from None

    def _find(self, request_id: str, kind: Kind, title: str | None) -> Happening | None:
        about = (h for h in self._happenings if h.request_id == request_id and h.kind is kind)
        return next((h for h in about if title in {None, h.title}), None)

    def broken(self) -> Happening | None:
        """The first thing that went wrong, None when nothing did."""
        wrong = (Kind.FAILED, Kind.FORGED)
        return next((happening for happening in self._happenings if happening.kind in wrong), None)
