"""Callback receivers whose answers a test writes beforehand."""

import asyncio
from collections import deque
from collections.abc import Sequence
from dataclasses import dataclass
from urllib.parse import urlsplit

from bot.ports import Done, Sent


@dataclass(frozen=True, kw_only=True)
class Attempt:
    """One callback as it was sent."""

    url: str
    message_id: str
    body: bytes
    secrets: tuple[str, ...]


class FakeReceivers:
    """A `bot.ports.CallbackSender`; every host takes everything unless the test says otherwise."""

    def __init__(self) -> None:
        #: answers to come, first to last
        self.answers: deque[Sent] = deque()
        #: hosts that never answer
        self.hanging: set[str] = set()
        #: a host's answer until it is taken out again
        self.always: dict[str, Sent] = {}
        self.attempts: list[Attempt] = []
        self._arrived = asyncio.Condition()

    async def send(self, url: str, message_id: str, body: bytes, secrets: Sequence[str]) -> Sent:
        attempt = Attempt(url=url, message_id=message_id, body=body, secrets=tuple(secrets))
        self.attempts.append(attempt)
        async with self._arrived:
            self._arrived.notify_all()
        host = urlsplit(url).hostname or ""
        if host in self.hanging:
            await asyncio.Event().wait()
        if host in self.always:
            return self.always[host]
        return self.answers.popleft() if self.answers else Done()

    async def arrived(self, count: int) -> None:
        """Return when so many attempts were made."""
        async with self._arrived:
            await self._arrived.wait_for(lambda: len(self.attempts) >= count)

    def to(self, host: str) -> list[Attempt]:
        """Attempts at one host."""
        return [attempt for attempt in self.attempts if urlsplit(attempt.url).hostname == host]
