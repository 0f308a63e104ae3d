"""One transaction of many commands: each kind of command is one set-oriented function.

The kinds run in one order in every process (arrivals, then moves over requests locked in the order
of their ids, then work that waits for nobody), so that processes never wait for each other in a
circle.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import Any, TypeAlias, TypeVar

from sqlalchemy import Connection

from bot.domain.moves import Move
from bot.ports import Attempted
from bot.submissions import Submission
from storage.adopting import adopt
from storage.claims import Claim, claim
from storage.context import Batch
from storage.folding import Folder, fold_moves
from storage.held_presses import DecideHeld, decide_held
from storage.intake import intake
from storage.settling import request_ids, settle
from storage.sheet import Sheet
from storage.timers import fire_due

K = TypeVar("K")


@dataclass(frozen=True, slots=True)
class Settle:
    """Write down what attempts came to."""

    attempts: Sequence[Attempted]


@dataclass(frozen=True, slots=True)
class FireDue:
    """Fold what is due."""

    limit: int


@dataclass(frozen=True, slots=True)
class Call:
    """Anything rare: a function of the connection and the batch."""

    run: Callable[[Connection, Batch], Any]


Command: TypeAlias = Submission | Move | Settle | FireDue | DecideHeld | Claim | Call


def run(connection: Connection, commands: Sequence[Command], batch: Batch) -> list[Any]:
    """Run commands inside a transaction that is open; one result each, in order."""
    results: dict[int, Any] = {}
    sheet = Sheet(batch)
    cancels = _take_in(connection, commands, batch, sheet, results)
    _fold(Folder(connection, batch, sheet), connection, commands, cancels, results)
    sheet.write(connection)
    for index, asked in _of(commands, Claim):
        results[index] = claim(connection, asked, batch)
    for index, call in _of(commands, Call):
        results[index] = call.run(connection, batch)
    return [results[index] for index in range(len(commands))]


def _take_in(
    connection: Connection, commands: Sequence[Command], batch: Batch, sheet: Sheet, results: dict[int, Any]
) -> list[Move]:
    """Store submissions; returns the withdrawals of what they supersede."""
    submissions = _of(commands, Submission)
    if not submissions:
        return []
    answers = intake(connection, [submission for _, submission in submissions], batch, sheet)
    results.update({index: answer for (index, _), answer in zip(submissions, answers, strict=True)})
    return [
        submission.supersedes
        for (_, submission), answer in zip(submissions, answers, strict=True)
        if submission.supersedes is not None and answer.code == "created"
    ]


def _fold(
    folder: Folder,
    connection: Connection,
    commands: Sequence[Command],
    cancels: Sequence[Move],
    results: dict[int, Any],
) -> None:
    asked, settles, dues = _of(commands, Move), _of(commands, Settle), _of(commands, FireDue)
    waits = _of(commands, DecideHeld)
    if not (asked or settles or dues or waits or cancels):
        return
    moves = [*cancels, *(move for _, move in asked)]
    folder.lock(_touched(moves, [s for _, s in settles]))
    adopt(connection, folder, moves)
    folded = fold_moves(folder, connection, moves)
    results.update({index: moved for (index, _), moved in zip(asked, folded[len(cancels) :], strict=True)})
    for index, done in settles:
        settle(connection, folder, done.attempts)
        results[index] = None
    for index, due in dues:
        results[index] = fire_due(connection, folder, due.limit)
    for index, wait in waits:
        results[index] = decide_held(connection, folder, wait)
    folder.write()


def _touched(moves: Iterable[Move], settles: Iterable[Settle]) -> set[str]:
    ids = {move.request_id for move in moves}
    return ids.union(*(request_ids(done.attempts) for done in settles))


def _of(commands: Sequence[Command], kind: type[K]) -> list[tuple[int, K]]:
    return [(index, command) for index, command in enumerate(commands) if isinstance(command, kind)]
