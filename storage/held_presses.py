"""Presses that wait until it is known who is in a group; whatever is killed meanwhile, they go on waiting."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace
from datetime import timedelta
from typing import Any

from sqlalchemy import Connection, delete, select, update

from bot.domain.effects import Tell
from bot.domain.transition import Answer
from storage import codec
from storage.fact_tables import HeldPressRow
from storage.folding import Folder
from storage.stamps import from_stamp
from storage.tables import ApprovalRow, CommandRow

_held = HeldPressRow.__table__  # type: ignore[attr-defined]  # SQLModel adds it at class creation
_approval = ApprovalRow.__table__  # type: ignore[attr-defined]  # likewise
_command = CommandRow.__table__  # type: ignore[attr-defined]  # likewise


@dataclass(frozen=True, slots=True, kw_only=True)
class DecideHeld:
    """Fold presses that waited."""

    #: after this they wait no longer
    patience: timedelta
    limit: int


def decide_held(connection: Connection, folder: Folder, asked: DecideHeld) -> Sequence[Answer]:
    """Fold what waits, oldest first; the answers of those that wait no longer."""
    # Requests are locked without waiting for them: this runs after others of the batch were locked.
    waiting = (
        select(_held.c.id, _held.c.press, _held.c.held_at, _held.c.request_id)
        .join(_approval, _approval.c.id == _held.c.request_id)
        .order_by(_held.c.held_at, _held.c.id)
        .limit(asked.limit)
        .with_for_update(skip_locked=True)
    )
    rows = connection.execute(waiting).all()
    folder.lock(row.request_id for row in rows)
    answers = []
    for row in rows:
        answer = _decide(folder, row, asked.patience)
        if answer is not None:
            _settle(connection, row.id, answer)
            answers.append(answer)
    return answers


def waited_for(connection: Connection) -> Collection[str] | None:
    """The sources that presses wait for, None when no press waits."""
    rows = connection.execute(select(_held.c.sources).distinct().limit(1000)).scalars().all()
    if not rows:
        return None
    return {source for sources in rows for source in codec.from_text(sources, list[str])}


def _decide(folder: Folder, row: Any, patience: timedelta) -> Answer | None:
    """What the press comes to, None while it goes on waiting."""
    may_wait = folder.batch.now - from_stamp(row.held_at) < patience
    move = replace(codec.press(row.press), may_wait=may_wait)
    # Who pressed is told below, whatever the answer is.
    transition = folder.fold(replace(move, reply_to=None))
    if transition is None or transition.waits_for:
        return None
    if move.later_to is not None:
        told = Tell(address=move.later_to, sentence=transition.answer.sentence)
        folder.sheet.effects.add(transition.request, (told,), snapshot="", event_hash="")
    return transition.answer


def _settle(connection: Connection, command_id: str, answer: Answer) -> None:
    connection.execute(delete(_held).where(_held.c.id == command_id))
    told = update(_command).where(_command.c.id == command_id).values(answer=codec.to_text(answer))
    connection.execute(told)
