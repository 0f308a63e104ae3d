"""The store: every write through the group-commit writer, every read from committed state."""

from __future__ import annotations

import asyncio
import secrets
from collections.abc import Callable, Collection, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timedelta
from typing import Any, TypeVar, cast

from sqlalchemy import Connection
from sqlalchemy.exc import DBAPIError

from bot.domain.directory import Directory
from bot.domain.errors import Busy
from bot.domain.moves import Move
from bot.domain.request import ApprovalRequest
from bot.domain.transition import Answer
from bot.ports import Attempted, Backlog, Clock, Compose, Job, JobsAhead, Moved
from bot.submissions import Replay, Submission, Submitted
from storage import reads
from storage.announcing import Announcer
from storage.away import is_away
from storage.backlog import backlog
from storage.checkpoints import Checkpoints
from storage.claims import Claim
from storage.context import Batch, Surroundings
from storage.engine import APPLICATION, is_sqlite, read_engine, sqlite_path, write_engine
from storage.firing import Firing
from storage.held_presses import DecideHeld
from storage.history_counting import shard_for
from storage.migrate import check_schema
from storage.opened_file import OpenedFile
from storage.queues import jobs_ahead
from storage.read_side import ReadSide
from storage.replays import remembered
from storage.stamps import from_stamp, to_stamp
from storage.tables import OutboxRow, ReceiptRow
from storage.terms_book import TermsBook
from storage.told_side import ToldSide
from storage.transaction import Call, Command, Settle
from storage.upsert import insert_new
from storage.whos_who import WhosWho
from storage.writer import PATIENCE, Writer, commit

T = TypeVar("T")

#: connections and threads for reads
READERS = 4

_outbox = OutboxRow.__table__  # type: ignore[attr-defined]  # SQLModel adds it at class creation
_receipt = ReceiptRow.__table__  # type: ignore[attr-defined]  # likewise

_AWAY = "The database does not answer; try again in a moment."


class SqlStore(ReadSide, ToldSide):
    """`bot.ports.Store` on SQLite or PostgreSQL."""

    def __init__(
        self,
        url: str,
        *,
        clock: Clock,
        directory: Callable[[], Directory],
        commit: Callable[[Connection], None] = commit,
        patience: float = PATIENCE,
        on_end: Callable[[ApprovalRequest], None] = lambda request: None,
        batch_over: int = 5,
    ) -> None:
        """`patience` is how long writes wait for a database that is away (seconds).

        `on_end` hears, on the event loop, of every request that this process brought to its end.
        More unposted copies for one channel than `batch_over` become a batch card.
        """
        self._whos_who = WhosWho(directory)
        super().__init__(TermsBook(), self.directory)
        self.clock = clock
        #: what PostgreSQL shows of this store's connections
        self.name = f"{APPLICATION}/{secrets.token_hex(4)}"
        self._announcer = Announcer(url, name=self.name, on_end=on_end)
        self._reads = read_engine(url, READERS, name=self.name)
        self._threads = ThreadPoolExecutor(READERS, thread_name_prefix="placet-read")
        self._writes = write_engine(url, busy_seconds=min(1.0, patience), name=self.name)
        self._file = OpenedFile(self._writes, url)
        self._checkpoints = Checkpoints(sqlite_path(url)) if is_sqlite(url) else None
        surroundings = Surroundings(clock, self._whos_who, self._terms, batch_over, shard=shard_for(url))
        self._writer = Writer(
            self._writes,
            surroundings,
            on_commit=self._committed,
            commit=commit,
            patience=patience,
        )
        self._firing = Firing(query=self.query, do=self._do, aside=surroundings.aside, clock=clock)

    def close(self) -> None:
        """Finish what is queued and let go of every connection."""
        self._writer.stop()
        self._announcer.close()
        if self._checkpoints is not None:
            self._checkpoints.close()
        self._threads.shutdown(wait=True)
        self._writes.dispose()
        self._reads.dispose()

    @property
    def depth(self) -> int:
        """How many commands wait for the writer."""
        return self._writer.depth

    async def write(self, run: Callable[[Connection, Batch], T]) -> T:
        """Run something rare inside the writer's transaction."""
        return cast(T, await self._do(Call(run)))

    async def query(self, run: Callable[[Connection], T]) -> T:
        """Run a read on committed state, off the event loop; raises `Busy` when the database is away."""
        return await asyncio.get_running_loop().run_in_executor(self._threads, self._read, run)

    async def check(self) -> None:
        """Whether the database answers, is where it was, and writes are taken; raises `Busy`.

        Raises `Misconfigured` when a newer version of Placet took away what this one needs.
        """
        await asyncio.to_thread(self._file.check)
        await self.query(check_schema)
        if self._writer.is_full:
            raise Busy

    async def submit(self, submission: Submission) -> Submitted:
        """Store a new request with its audit events and effects."""
        return cast(Submitted, await self._do(submission))

    async def earlier(self, agent: str, idempotency_key: str) -> Replay | None:
        """The request that an agent's idempotency key stands for, None when the key is new."""
        now = self.clock()
        return await self.query(lambda connection: remembered(connection, agent, idempotency_key, now))

    async def move(self, move: Move) -> Moved:
        """Fold a move into its request, once per command id."""
        return cast(Moved, await self._do(move))

    async def fire_due(self, limit: int) -> int:
        """Fold `Due` into what is due now, most overdue first; how many requests there were."""
        return await self._firing.fire(limit)

    def fire_beside(self, until: datetime, fired: Callable[[int], None]) -> None:
        """Until then each write fires what is due as well; `fired` hears how many requests changed."""
        self._writer.fire_beside(until, fired)

    async def decide_held(self, asked: DecideHeld) -> Sequence[Answer]:
        """Fold presses that waited; the answers of those that wait no longer."""
        return cast(Sequence[Answer], await self._do(asked))

    def directory(self) -> Directory:
        """Who is who, as this process read it last: for showing, never for deciding."""
        return self._whos_who.known(self.clock())

    async def learn(self) -> None:
        """Read what other processes may have found out about who is who."""
        await self.query(lambda connection: self._whos_who.read(connection, self.clock()))

    async def claim(
        self,
        *,
        limit: int,
        busy: Mapping[str, int],
        lease: timedelta,
        compose: Compose | None = None,
    ) -> Sequence[Job]:
        """Lease due jobs to this worker, callbacks with their bodies."""
        asked = Claim(limit=limit, busy=dict(busy), lease=lease, compose=compose)
        return cast(Sequence[Job], await self._do(asked))

    async def settle(self, attempts: Sequence[Attempted]) -> None:
        """Write down what attempts came to, with the moves that follow from them."""
        await self._do(Settle(attempts))

    async def next_timer(self) -> datetime | None:
        """When the next timer runs out, None when none runs."""
        stamp = await self._firing.next_timer()
        self._writer.looked(stamp)
        return None if stamp is None else from_stamp(stamp)

    async def jobs_ahead(self, full: Collection[str]) -> JobsAhead:
        """What waits to be claimed, but for destinations that are `full`."""
        now = to_stamp(self.clock())
        return await self.query(lambda connection: jobs_ahead(connection, full, now))

    async def backlog(self, *, overdue_since: datetime) -> Backlog:
        """How much waits, for the watchdog."""
        now = to_stamp(self.clock())
        since = to_stamp(overdue_since)
        return await self.query(lambda connection: backlog(connection, now=now, overdue_since=since))

    async def keep_receipt(self, request_id: str, receipt: str) -> str:
        """Store a receipt once; returns the one that was stored first."""

        def run(connection: Connection, _: Batch) -> str:
            insert_new(connection, _receipt, [{"request_id": request_id, "receipt": receipt}])
            return reads.receipt(connection, request_id) or receipt

        return await self.write(run)

    def _committed(self, batch: Batch) -> None:
        self._announcer.announce(batch)
        if self._checkpoints is not None:
            self._checkpoints.after(len(batch.changed))

    async def _do(self, command: Command) -> Any:
        self._announcer.bind()
        return await self._writer.do(command)

    def _read(self, run: Callable[[Connection], T]) -> T:
        # Pooled connections die with the server they were made to. Whoever is given a dead one takes it out
        # of the pool, so that after all of them comes one that is made anew and may find the server back.
        for _ in range(READERS):
            try:
                return self._read_once(run)
            except DBAPIError as error:
                if not is_away(error):
                    raise
        try:
            return self._read_once(run)
        except DBAPIError as error:
            raise (Busy(_AWAY) if is_away(error) else error) from error

    def _read_once(self, run: Callable[[Connection], T]) -> T:
        with self._reads.connect() as connection:
            return run(connection)
