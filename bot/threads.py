"""The threads of cards: which request one belongs to, and what people say there."""

from __future__ import annotations

from typing import Protocol

from bot.domain.moves import Move, Presser, Remark
from bot.ports import Moved


class ThreadStore(Protocol):
    """As much of `bot.ports.Store` as threads need."""

    async def request_at(self, platform: str, message: str) -> str | None:
        """The request whose card is this message of the platform's, None for any other message."""

    async def move(self, move: Move) -> Moved:
        """Fold a move into its request, once per command id."""


class Threads:
    """The use case."""

    def __init__(self, store: ThreadStore) -> None:
        self._store = store

    async def request_at(self, platform: str, message: str) -> str | None:
        """The request whose card is this message; raises `Busy`."""
        return await self._store.request_at(platform, message)

    async def keep(self, request_id: str, *, message_id: str, presser: Presser, text: str) -> bool:
        """Keep what a person said, once per message; whether it was kept. Raises `Busy`."""
        remark = Remark(request_id=request_id, command_id=f"said:{message_id}", presser=presser, text=text)
        return (await self._store.move(remark)).answer.accepted
