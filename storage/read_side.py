"""What the store reads: whoever knows how to run a query has all of it."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Callable, Iterable, Sequence
from datetime import datetime
from typing import TypeVar

from sqlalchemy import Connection

from bot.domain.directory import Directory
from bot.domain.forecast import Turnaround
from bot.domain.history import History, HistoryScope
from bot.domain.packet import ReviewPacket
from bot.domain.request import ApprovalRequest
from bot.domain.status import Status
from bot.ports import Clock, Copy, Stored
from storage import reads
from storage.history_reading import ask_stored, history_of, keys_for, period_of
from storage.pending import pending_for
from storage.stamps import to_stamp
from storage.terms_book import TermsBook

T = TypeVar("T")


class ReadSide(ABC):
    """The reads of `bot.ports.Store`, on committed state."""

    clock: Clock

    def __init__(self, terms: TermsBook, directory: Callable[[], Directory]) -> None:
        self._terms = terms
        self._directory = directory

    @abstractmethod
    async def query(self, run: Callable[[Connection], T]) -> T:
        """Run a read on committed state, off the event loop; raises `Busy` when the database is away."""

    async def read(self, request_id: str) -> Stored | None:
        """A request with its current packet."""
        return await self.query(lambda connection: reads.read(connection, self._terms, request_id))

    async def packet(self, request_id: str, revision: int) -> ReviewPacket | None:
        """The packet of one revision, None when there is no such revision."""
        return await self.query(lambda connection: reads.packet(connection, request_id, revision))

    async def history(
        self, scope: HistoryScope, names: Iterable[str], *, apart_from: ApprovalRequest | None = None
    ) -> History:
        """What came before a request, for foresight: who decides reads it again, under a lock."""
        wanted, stamp = frozenset(names), to_stamp(self.clock())

        def run(connection: Connection) -> History:
            tally = ask_stored(connection, keys_for(scope, wanted), stamp)()
            if apart_from is not None:
                tally.without(apart_from, period_of(apart_from.created_at, stamp))
            return history_of(scope, wanted, tally)

        return await self.query(run)

    async def copies(self, request_id: str) -> Sequence[Copy]:
        """The copies of a request's card."""
        return await self.query(lambda connection: reads.copies(connection, request_id))

    async def batch(self, batch_id: str) -> Sequence[ApprovalRequest]:
        """The requests of a batch card, the riskiest and oldest first."""
        return await self.query(lambda connection: reads.batch(connection, self._terms, batch_id))

    async def request_at(self, platform: str, message: str) -> str | None:
        """The request whose card is this message of the platform's, None for any other message."""
        return await self.query(lambda connection: reads.request_at(connection, platform, message))

    async def listing(
        self,
        *,
        agent: str | None = None,
        status: Status | None = None,
        before: str | None = None,
        limit: int = 50,
    ) -> Sequence[Stored]:
        """Requests, newest first, with ids smaller than `before`."""
        return await self.query(
            lambda connection: reads.listing(
                connection, self._terms, agent=agent, status=status, before=before, limit=limit
            )
        )

    async def ended_since(self, moment: datetime, *, limit: int) -> Sequence[ApprovalRequest]:
        """Requests that ended after a moment, latest first."""
        return await self.query(lambda connection: reads.ended_since(connection, self._terms, moment, limit))

    async def receipt(self, request_id: str) -> str | None:
        """The stored receipt of a decided request."""
        return await self.query(lambda connection: reads.receipt(connection, request_id))

    async def decision_event(self, request_id: str) -> str | None:
        """Hex hash of the audit event that decided a request."""
        return await self.query(lambda connection: reads.decision_event(connection, request_id))

    async def queue_ahead(self, request: ApprovalRequest) -> int:
        """How many pending requests under the same escalation policy came before this one."""
        return await self.query(lambda connection: reads.queue_ahead(connection, request))

    async def turnarounds(self, request: ApprovalRequest) -> Sequence[Turnaround]:
        """The latest requests under the same escalation policy that people decided, latest first."""
        return await self.query(lambda connection: reads.turnarounds(connection, request))

    async def open_samples(self, *, limit: int = 500) -> Sequence[Stored]:
        """Requests whose quality check is open, the newest first."""
        return await self.query(lambda connection: reads.open_samples(connection, self._terms, limit))

    async def pending_for(self, person: str, *, limit: int = 50) -> Sequence[Stored]:
        """What waits and a person may see, the riskiest and oldest first."""
        directory = self._directory()
        return await self.query(
            lambda connection: pending_for(connection, self._terms, directory, person, limit)
        )
