"""One transaction of many commands: each kind of command is one set-oriented function.

The kinds run in one order in every process (arrivals, then moves over requests locked in the order
of their ids, then work that waits for nobody), so that processes never wait for each other in a
circle.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, TypeAlias, TypeVar

from sqlalchemy import Connection

from bot.domain.moves import Move
from bot.ports import Attempted
from bot.submissions import Submission
from storage.adopting import adopt
from storage.claims import Claim, claim
from storage.context import Batch, Surroundings
from storage.first_look import Arrivals, look, look_at, touch
from storage.folding import Folder, fold_moves
from storage.held_presses import DecideHeld, decide_held
from storage.intake import intake
from storage.settling import request_ids, settle
from storage.sheet import Sheet
from storage.straight import together
from storage.timers import fire_due, fire_one

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
class FireOne:
    """Fold one that is due, and nothing else that might fail."""

    request_id: str


@dataclass(frozen=True, slots=True)
class Call:
    """Anything rare: a function of the connection and the batch."""

    run: Callable[[Connection, Batch], Any]


Command: TypeAlias = Submission | Move | Settle | FireDue | FireOne | DecideHeld | Claim | Call


def run(
    connection: Connection, commands: Sequence[Command], surroundings: Surroundings
) -> tuple[Batch, list[Any]]:
    """Run commands inside a transaction that begins with them; one result each, in order."""
    results: dict[int, Any] = {}
    submissions, moves = _of(commands, Submission), [move for _, move in _of(commands, Move)]
    touched = _touched(commands)
    if submissions:
        batch, arrivals = look(connection, surroundings, [submission for _, submission in submissions])
        sheet = Sheet(batch)
        cancels = _take_in(connection, submissions, arrivals, batch, sheet, results=results)
        moves = [*cancels, *moves]
        found = touch(connection, batch, touched | {move.request_id for move in cancels}, moves)
    else:
        batch, found = look_at(connection, surroundings, touched, moves)
        sheet, cancels = Sheet(batch), []
    folder = Folder(connection, batch, sheet)
    folder.hold(found.requests)
    adopt(connection, folder, moves, found.copies)
    folded = fold_moves(folder, moves, found.answers)[len(cancels) :]
    results.update({index: moved for (index, _), moved in zip(_of(commands, Move), folded, strict=True)})
    _work(folder, connection, commands, results)
    with together(connection):
        saved = folder.save()
        sheet.write(connection)
    saved()
    for index, asked in _of(commands, Claim):
        results[index] = claim(connection, asked, batch)
    for index, call in _of(commands, Call):
        batch.does_more = True
        results[index] = call.run(connection, batch)
    return batch, [results[index] for index in range(len(commands))]


def _take_in(
    connection: Connection,
    submissions: Sequence[tuple[int, Submission]],
    arrivals: Arrivals,
    batch: Batch,
    sheet: Sheet,
    *,
    results: dict[int, Any],
) -> list[Move]:
    """Store submissions; returns the withdrawals of what they supersede."""
    answers = intake(connection, [submission for _, submission in submissions], arrivals, batch, sheet)
    results.update({index: answer for (index, _), answer in zip(submissions, answers, strict=True)})
    return [
        submission.supersedes
        for (_, submission), answer in zip(submissions, answers, strict=True)
        if submission.supersedes is not None and answer.code == "created"
    ]


def _work(
    folder: Folder, connection: Connection, commands: Sequence[Command], results: dict[int, Any]
) -> None:
    """What the worker has done, and what is due."""
    for index, done in _of(commands, Settle):
        settle(connection, folder, done.attempts)
        results[index] = None
    for index, due in _of(commands, FireDue):
        results[index] = fire_due(connection, folder, due.limit)
    for index, one in _of(commands, FireOne):
        results[index] = fire_one(folder, one.request_id)
    for index, wait in _of(commands, DecideHeld):
        results[index] = decide_held(connection, folder, wait)


def _touched(commands: Sequence[Command]) -> set[str]:
    ids = {move.request_id for _, move in _of(commands, Move)}
    ids.update(one.request_id for _, one in _of(commands, FireOne))
    return ids.union(*(request_ids(done.attempts) for _, done in _of(commands, Settle)))


def _of(commands: Sequence[Command], kind: type[K]) -> list[tuple[int, K]]:
    return [(index, command) for index, command in enumerate(commands) if isinstance(command, kind)]
