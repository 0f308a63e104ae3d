"""Drafts kept in memory, by the rules of the database."""

from datetime import datetime

from bot.domain.errors import Busy
from bot.drafts import LIVES, Draft
from bot.ports import Clock


class MemoryDrafts:
    """`bot.drafts.DraftBook`."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self.kept: dict[str, tuple[Draft, datetime]] = {}
        self.is_away = False

    async def keep(self, draft: Draft) -> None:
        self._reach()
        self.kept.setdefault(draft.id, (draft, self._clock() + LIVES))

    async def get(self, draft_id: str) -> Draft | None:
        self._reach()
        draft, ends_at = self.kept.get(draft_id, (None, self._clock()))
        return draft if ends_at > self._clock() else None

    def _reach(self) -> None:
        if self.is_away:
            raise Busy
