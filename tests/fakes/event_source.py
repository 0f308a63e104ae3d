"""A reader of server-sent events, as browsers have one."""

import asyncio
import json
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Any

from aiohttp import ClientResponse

from tests.fakes.browser import Browser

#: seconds within which an event that comes at all has come
SOON = 60.0


@dataclass
class Event:
    """One event."""

    name: str
    data: Any
    id: str | None


class EventSource:
    """An open stream."""

    def __init__(self, response: ClientResponse) -> None:
        self._response = response
        #: what came so far
        self.seen: list[Event] = []

    async def next(self) -> Event | None:
        """The next event; None when the stream has ended."""
        lines: dict[str, list[str]] = {}
        async with asyncio.timeout(SOON):
            while line := await self._response.content.readline():
                text = line.decode().rstrip("\r\n")
                if not text and "data" in lines:
                    return self._event(lines)
                name, _, value = text.partition(": ")
                if name:
                    lines.setdefault(name, []).append(value)
        return None

    def _event(self, lines: dict[str, list[str]]) -> Event:
        event = Event(
            name=lines.get("event", ["message"])[0],
            data=json.loads("\n".join(lines["data"])),
            id=lines.get("id", [None])[0],
        )
        self.seen.append(event)
        return event

    async def until(self, name: str) -> Event:
        """The next event of this name."""
        while event := await self.next():
            if event.name == name:
                return event
        raise AssertionError(f"The stream ended without {name}: {self.seen}")

    async def end(self) -> None:
        """Read until the stream ends."""
        while await self.next():
            pass


@asynccontextmanager
async def event_source(
    browser: Browser, path: str, headers: Mapping[str, str] | None = None
) -> AsyncIterator[EventSource]:
    """Open a stream."""
    async with browser.client.get(browser.site + path, headers=headers) as response:
        assert response.status == 200, await response.text()
        assert response.content_type == "text/event-stream"
        yield EventSource(response)
