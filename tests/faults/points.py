"""The named points at which a process is killed: before, within and after every kind of COMMIT, and between a
deed outside and its record.
"""

from __future__ import annotations

import os
import random
import signal
import threading
import time
from collections.abc import Callable, Sequence
from functools import wraps
from typing import Any, TypeVar

from sqlalchemy import Connection

import storage.writer
from bot.carriers.callbacks import CallbackCarrier
from bot.carriers.cards import CardCarrier
from bot.domain.moves import Cancel, Press, Redeem, ReportOutcome, Say
from bot.ports import CallbackJob, CardJob, Job
from bot.submissions import Submission
from storage.claims import Claim
from storage.store import SqlStore
from storage.transaction import Call, Command, FireDue, Settle

Carrier = TypeVar("Carrier")

_MOVES: dict[type[Any], str] = {
    Submission: "a submission",
    Press: "a press",
    Cancel: "a withdrawal",
    Say: "a message",
    ReportOutcome: "an outcome",
    Redeem: "a redemption",
}
#: rare commands, by the function that makes them
_CALLS = {
    "SqlStore.keep_receipt.": "a receipt",
    "Housekeeping.seal.": "a seal",
}
_WORK = ("a timer", "a claim", "a callback's body", "a callback's end", "a card's end")
KINDS = (*_MOVES.values(), *_CALLS.values(), *_WORK)
BEFORE, AFTER = "before the COMMIT of", "after the COMMIT of"
WITHIN = "within a COMMIT"
SENT = ("after a callback was answered", "after a card was posted", "after a card was redrawn")
POINTS = (*(f"{when} {kind}" for kind in KINDS for when in (BEFORE, AFTER)), WITHIN, *SENT)

#: the longest that a COMMIT is let go on (seconds)
_WITHIN_S = 0.002

_commit = storage.writer.commit


def arm(doom: str) -> None:
    """Have this process die at `<point>#<n>`: the n-th time that it comes there."""
    point, _, turn = doom.rpartition("#")
    assert point in POINTS, point
    _Doom(point, int(turn)).arm()


class _Doom:
    """What waits for its moment."""

    def __init__(self, point: str, turn: int) -> None:
        self._point, self._left = point, turn
        self._kinds: set[str] = set()

    def arm(self) -> None:
        """Stand at every point; only one of them is deadly."""
        run: Callable[[Connection, Sequence[Command], Any], list[Any]] = vars(storage.writer)["run"]

        def noting(connection: Connection, commands: Sequence[Command], batch: Any) -> list[Any]:
            results = run(connection, commands, batch)
            pairs = zip(commands, results, strict=True)
            self._kinds = {kind for command, result in pairs for kind in _kinds(command, result)}
            return results

        vars(storage.writer)["run"] = noting
        defaults: dict[str, Any] = SqlStore.__init__.__kwdefaults__  # type: ignore[assignment]  # it has some
        defaults["commit"] = self._end
        _after(CallbackCarrier, self._sent)
        _after(CardCarrier, self._sent)

    def _end(self, connection: Connection) -> None:
        for kind in self._kinds:
            self._reach(f"{BEFORE} {kind}")
        if self._kinds and self._point == WITHIN:
            self._left -= 1
            if self._left == 0:
                threading.Thread(target=_die_within, daemon=True).start()
        _commit(connection)
        for kind in self._kinds:
            self._reach(f"{AFTER} {kind}")

    def _sent(self, job: Job) -> None:
        if isinstance(job, CallbackJob):
            self._reach("after a callback was answered")
        elif isinstance(job, CardJob):
            self._reach(f"after a card was {'posted' if job.message is None else 'redrawn'}")

    def _reach(self, point: str) -> None:
        if point != self._point:
            return
        self._left -= 1
        if self._left == 0:
            _die()


def _kinds(command: Command, result: Any) -> set[str]:
    if type(command) in _MOVES:
        return {_MOVES[type(command)]}
    if isinstance(command, Settle):
        ends = {CallbackJob: "a callback's end", CardJob: "a card's end"}
        return {ends[type(each.job)] for each in command.attempts if type(each.job) in ends}
    if isinstance(command, FireDue):
        return {"a timer"} if result else set()
    if isinstance(command, Claim):
        return {"a callback's body" if _is_first(job) else "a claim" for job in result}
    if isinstance(command, Call):
        name = command.run.__qualname__
        is_idle = name.startswith("Housekeeping.seal.") and not result
        return {kind for start, kind in _CALLS.items() if name.startswith(start) and not is_idle}
    return set()


def _is_first(job: Job) -> bool:
    """Whether what it says is stored by the COMMIT of its claim."""
    return isinstance(job, CallbackJob) and job.attempts == 1


def _after(carrier: type[Carrier], then: Callable[[Any], None]) -> None:
    carry = carrier.carry  # type: ignore[attr-defined]  # every carrier has it

    @wraps(carry)
    async def carried(self: Carrier, job: Any) -> Any:
        outcome = await carry(self, job)
        then(job)
        return outcome

    carrier.carry = carried  # type: ignore[attr-defined]  # likewise


def _die_within() -> None:
    time.sleep(random.uniform(0, _WITHIN_S))
    _die()


def _die() -> None:
    os.kill(os.getpid(), signal.SIGKILL)
