"""The writer: one thread that puts commands which arrive together into one transaction.

A command's caller is answered after COMMIT. When anything fails, the transaction is rolled back and
its commands are run singly, so that one bad command harms nobody. When the database goes away the
same commands are run again once it is back: every command finds what it did before by its id, so a
COMMIT that was in doubt happens once.
"""

from __future__ import annotations

import asyncio
import logging
import threading
import time
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Engine

from bot.domain.errors import Busy
from storage.away import is_away
from storage.batch_size import BatchSize
from storage.context import Batch, Surroundings
from storage.due_beside import MOST, NEVER, DueBeside
from storage.line import Line
from storage.transaction import Command, FireDue, run

#: commands that may wait; more are refused, because an unbounded queue is a memory leak under load
WAITING = 4096
#: how long commands wait for a database that is away before their callers are told (seconds)
PATIENCE = 8.0
#: pause before trying a database that is away again (seconds)
PAUSE = 0.1

log = logging.getLogger(__name__)

_IN_DOUBT = (
    "The database does not answer, so what became of this is not known yet; repeat it"
    " (with the same Idempotency-Key) to learn that."
)


@dataclass(slots=True)
class _Waiting:
    """A command and who waits for it."""

    command: Command
    future: asyncio.Future[Any]
    loop: asyncio.AbstractEventLoop
    result: Any = None
    error: Exception | None = None


def commit(connection: Connection) -> None:
    """End a transaction; replaceable, so that tests can lose the answer to a COMMIT."""
    connection.commit()


class Writer:
    """Group commit on one connection."""

    def __init__(
        self,
        engine: Engine,
        surroundings: Surroundings,
        *,
        on_commit: Callable[[Batch], None],
        commit: Callable[[Connection], None] = commit,
        patience: float = PATIENCE,
    ) -> None:
        self._engine = engine
        self._surroundings = surroundings
        self._on_commit = on_commit
        self._commit = commit
        self._patience = patience
        self._line: Line[_Waiting] = Line()
        self._due = DueBeside(surroundings.clock)
        self._size = BatchSize()
        self._door = threading.Lock()
        self._stopping = False
        self._connection: Connection | None = None
        self._thread = threading.Thread(target=self._work, name="placet-writer", daemon=True)
        self._thread.start()

    async def do(self, command: Command) -> Any:
        """Run a command; returns after COMMIT. Raises `Busy` when the queue is full or the database away.

        Timers go before all that waits, and are never too many: nobody can hold up what is due by asking.
        """
        loop = asyncio.get_running_loop()
        waiting = _Waiting(command, loop.create_future(), loop)
        is_due = isinstance(command, FireDue)
        with self._door:
            if self._stopping or (self.is_full and not is_due):
                raise Busy
            (self._line.add_to_the_front if is_due else self._line.add)(waiting)
        return await waiting.future

    def fire_beside(self, until: datetime, fired: Callable[[int], None]) -> None:
        """Until then, begin with what is due; `fired` hears on the event loop how many requests changed."""
        self._due.order(until, fired)

    def looked(self, next_timer: int | None) -> None:
        """Know the stamp of the next timer, None when none runs, from a read."""
        self._due.looked(NEVER if next_timer is None else next_timer)

    @property
    def is_full(self) -> bool:
        """Whether another command would be refused."""
        return self._stopping or len(self._line) >= WAITING

    @property
    def depth(self) -> int:
        """How many commands wait."""
        return len(self._line)

    def stop(self) -> None:
        """Finish what was queued, then end the thread; may take as long as the database does."""
        with self._door:
            self._stopping = True
            self._line.end()
        self._thread.join(self._patience + 5)

    def _work(self) -> None:
        while batch := self._line.together(lambda: self._size.most(self._due.due_in())):
            self._serve(batch)
            _answer(batch)
        self._disconnect()

    def _serve(self, waiting: Sequence[_Waiting]) -> None:
        """Run commands together; singly when one of them spoils it for the others."""
        gives_up_at = time.monotonic() + self._patience
        with_due = self._due.is_due and not any(isinstance(one.command, FireDue) for one in waiting)
        error = self._try(waiting, gives_up_at, with_due=with_due)
        if error is None:
            return
        if isinstance(error, Busy) or (len(waiting) == 1 and not with_due):
            for one in waiting:
                one.error = error
            return
        if with_due:
            # Perhaps that was it; whoever ordered it hears of it when asking for it alone.
            self._due.withdraw()
        for one in waiting:
            one.error = self._try([one], gives_up_at)

    def _try(
        self, waiting: Sequence[_Waiting], gives_up_at: float, *, with_due: bool = False
    ) -> Exception | None:
        """Run commands until the database took them or patience ends; what went wrong, if anything."""
        tries = 0
        while True:
            try:
                batch = self._run(waiting, with_due=with_due)
            except Exception as error:  # whatever it was belongs to the callers, not to this thread
                self._disconnect()
                if not is_away(error):
                    return error
                if time.monotonic() >= gives_up_at:
                    log.exception("The database does not answer; callers were told to repeat.")
                    return Busy(_IN_DOUBT)
                if tries == 1:
                    log.warning("The database is away; trying again: %s", error)
                # The first time at once: it may be only the connection that was lost.
                time.sleep(PAUSE if tries else 0)
                tries += 1
            else:
                self._on_commit(batch)
                return None

    def _run(self, waiting: Sequence[_Waiting], *, with_due: bool) -> Batch:
        connection, began_at = self._connected(), time.monotonic()
        commands = [one.command for one in waiting] + [FireDue(MOST)] * with_due
        batch, results = run(connection, commands, self._surroundings)
        self._commit(connection)
        self._size.took(len(commands), time.monotonic() - began_at)
        batch.committed()
        if batch.next_timer is not None:
            self._due.looked(batch.next_timer)
        if with_due:
            self._due.tell(results.pop())
        for one, result in zip(waiting, results, strict=True):
            one.result = result
        return batch

    def _connected(self) -> Connection:
        if self._connection is None:
            self._connection = self._engine.connect()
        return self._connection

    def _disconnect(self) -> None:
        """Give the connection up, whatever state it is in; an open transaction is rolled back with it."""
        connection, self._connection = self._connection, None
        if connection is not None:
            connection.invalidate()
            connection.close()


def _answer(waiting: Sequence[_Waiting]) -> None:
    """Wake the callers, once per event loop."""
    by_loop: dict[asyncio.AbstractEventLoop, list[_Waiting]] = {}
    for one in waiting:
        by_loop.setdefault(one.loop, []).append(one)
    for loop, answered in by_loop.items():
        with suppress(RuntimeError):  # the loop was closed: nobody waits any more
            loop.call_soon_threadsafe(_resolve, answered)


def _resolve(waiting: Sequence[_Waiting]) -> None:
    for one in waiting:
        if one.future.done():
            continue
        if one.error is not None:
            one.future.set_exception(one.error)
        else:
            one.future.set_result(one.result)
