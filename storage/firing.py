"""Firing: due timers together, and singly when one of them keeps the others from it."""

from __future__ import annotations

import logging
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Any, Protocol, TypeVar

from sqlalchemy import Connection

from bot.domain.errors import Busy
from bot.ports import Clock
from storage.set_aside import SetAside
from storage.stamps import to_stamp
from storage.timers import due_ids, next_timer
from storage.transaction import Command, FireDue, FireOne

T = TypeVar("T")

_log = logging.getLogger(__name__)

_STUCK = "A timer could not be fired; it is tried again every minute, and the others go on."


class Querying(Protocol):
    """Runs a read on committed state."""

    async def __call__(self, run: Callable[[Connection], T]) -> T:
        """Raises `Busy` when the database is away."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Firing:
    """Fires what is due, whatever is wrong with one of them."""

    query: Querying
    #: returns after COMMIT
    do: Callable[[Command], Awaitable[Any]]
    aside: SetAside
    clock: Clock

    async def fire(self, limit: int) -> int:
        """Fold what is due now, most overdue first; how many requests changed. Raises `Busy`."""
        try:
            return int(await self.do(FireDue(limit)))
        except Busy:
            raise
        except Exception:  # noqa: BLE001 - whatever it is, it comes again for the one that it belongs to
            return await self._fire_singly(limit)

    async def next_timer(self) -> int | None:
        """The stamp of the next timer that is not set aside, None when none runs."""
        resting = self.aside.resting(to_stamp(self.clock()))
        return await self.query(lambda connection: next_timer(connection, resting))

    async def _fire_singly(self, limit: int) -> int:
        now, fired = to_stamp(self.clock()), 0
        resting = self.aside.resting(now)
        for request_id in await self.query(lambda connection: due_ids(connection, now, limit, resting)):
            try:
                fired += await self.do(FireOne(request_id))
            except Busy:
                raise
            except Exception:  # noqa: BLE001 - likewise
                self.aside.add(request_id, now)
                _log.exception(_STUCK, extra={"request_id": request_id})
        return fired
