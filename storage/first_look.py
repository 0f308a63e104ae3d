"""What a transaction looks at before it does anything, asked for in one go.

PostgreSQL is waited for once. It takes the locks first, so that what is read after them holds until COMMIT.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection

from bot.domain.directory import Directory
from bot.domain.moves import Facts, Move
from bot.domain.transition import Answer
from bot.submissions import Submission
from storage.admission import ask_valid_keys
from storage.adopting import Copies, ask_copies
from storage.context import Batch, Surroundings
from storage.folding import ask_answers, ask_locked
from storage.history_deciding import Before, ask_before
from storage.prepared import Later
from storage.stamps import to_stamp
from storage.straight import together


@dataclass(frozen=True, slots=True)
class Arrivals:
    """What is known before submissions are taken in."""

    #: ids of API keys that hold
    valid_keys: frozenset[str]
    #: None where no ruling hangs on what came before
    before: Before | None


@dataclass(frozen=True, slots=True)
class Touched:
    """What is known before moves are folded."""

    #: rows of the requests, locked
    requests: Sequence[Any]
    #: of commands that were folded before
    answers: dict[str, Answer]
    #: of the requests that presses came from
    copies: Copies


def look(
    connection: Connection, surroundings: Surroundings, submissions: Sequence[Submission]
) -> tuple[Batch, Arrivals]:
    """Begin a batch that takes in submissions; other processes rule by the same counts after its COMMIT."""
    now = surroundings.clock()
    with together(connection):
        before = ask_before(connection, submissions, now)
        valid_keys = ask_valid_keys(connection, submissions, to_stamp(now))
        directory = surroundings.whos_who.ask(connection, now)
    return _batch(surroundings, now, directory()), Arrivals(valid_keys(), before())


def look_at(
    connection: Connection, surroundings: Surroundings, request_ids: Iterable[str], moves: Sequence[Move]
) -> tuple[Batch, Touched]:
    """Begin a batch that moves requests; each is locked until its COMMIT."""
    now = surroundings.clock()
    with together(connection):
        touched = _ask_touched(connection, request_ids, moves)
        directory = surroundings.whos_who.ask(connection, now)
    return _batch(surroundings, now, directory()), touched()


def touch(connection: Connection, batch: Batch, request_ids: Iterable[str], moves: Sequence[Move]) -> Touched:
    """Let a batch that has begun move requests, too."""
    with together(connection):
        asked = _ask_touched(connection, request_ids, moves)
    touched = asked()
    if touched.requests:
        batch.look_again(connection)
    return touched


def _ask_touched(connection: Connection, request_ids: Iterable[str], moves: Sequence[Move]) -> Later[Touched]:
    requests = ask_locked(connection, request_ids)
    answers = ask_answers(connection, moves)
    copies = ask_copies(connection, moves)
    return lambda: Touched(requests(), answers(), copies())


def _batch(surroundings: Surroundings, now: datetime, directory: Directory) -> Batch:
    facts = Facts(now=now, directory=directory)
    return Batch(surroundings=surroundings, facts=facts, stamp=to_stamp(now))
