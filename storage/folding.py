"""Folding moves into requests: lock, fold, write state, audit and effects, in one transaction."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, bindparam, select, update

from bot.domain import lifecycle
from bot.domain.moves import Move
from bot.domain.request import ApprovalRequest
from bot.domain.transition import Answer, Transition
from bot.ports import Moved
from storage import codec, mapping
from storage.audit import Chain
from storage.context import Batch
from storage.effect_rows import EffectRows
from storage.tables import ApprovalRow, AuditRow, CommandRow, PacketRow
from storage.upsert import insert_new

_approval = ApprovalRow.__table__  # type: ignore[attr-defined]  # SQLModel adds it at class creation
_audit = AuditRow.__table__  # type: ignore[attr-defined]  # likewise
_command = CommandRow.__table__  # type: ignore[attr-defined]  # likewise
_packet = PacketRow.__table__  # type: ignore[attr-defined]  # likewise

UNKNOWN = Answer(accepted=False, code="not_found", sentence="This request is not known here.")

_save = (
    update(_approval)
    .where(_approval.c.id == bindparam("b_id"), _approval.c.version == bindparam("b_version"))
    .values(
        {
            name: bindparam(name)
            for name in (
                "status",
                "version",
                "revision",
                "ended_at",
                "due_at",
                "proposal",
                "progress",
                "audit_seq",
                "audit_head",
            )
        }
    )
)


class LostUpdate(Exception):
    """A request changed under a lock that should have held; the batch is rolled back and run again."""


@dataclass(slots=True)
class _Held:
    """A locked request, as far as this batch has moved it."""

    request: ApprovalRequest
    chain: Chain
    version_before: int


class Folder:
    """Folds the moves of one transaction; every request is locked and written once."""

    def __init__(self, connection: Connection, batch: Batch) -> None:
        self._connection = connection
        self._batch = batch
        self._held: dict[str, _Held] = {}
        self._events: list[dict[str, Any]] = []
        self._packets: list[dict[str, Any]] = []
        self._commands: list[dict[str, Any]] = []
        self._effects = EffectRows(batch)
        self._facts = batch.facts

    def lock(self, request_ids: Iterable[str]) -> None:
        """Load and lock requests, in the order of their ids in every process."""
        wanted = sorted(set(request_ids) - self._held.keys())
        if not wanted:
            return
        query = select(_approval).where(_approval.c.id.in_(wanted)).order_by(_approval.c.id)
        rows = self._connection.execute(query.with_for_update()).all()
        terms = self._batch.surroundings.terms.load(self._connection, (row.terms for row in rows))
        for row in rows:
            request = mapping.to_request(row, terms[row.terms])
            self._held[row.id] = _Held(request, Chain(row.id, row.audit_seq, row.audit_head), row.version)

    def known(self, request_id: str) -> ApprovalRequest | None:
        """A locked request as it stands now."""
        held = self._held.get(request_id)
        return held.request if held else None

    def fold(self, move: Move) -> Transition | None:
        """Fold one move into a locked request; None when there is no such request."""
        held = self._held.get(move.request_id)
        if held is None:
            return None
        transition = lifecycle.fold(held.request, move, self._facts)
        if not transition.events:
            return transition
        stamp = self._batch.stamp
        self._events += [held.chain.append(event, stamp) for event in transition.events]
        held.request = transition.request
        if transition.packet is not None:
            self._packets.append(
                {
                    "request_id": held.request.id,
                    "revision": held.request.revision,
                    "packet": codec.to_text(transition.packet),
                }
            )
        self._add_effects(held, transition)
        return transition

    def remember(self, move: Move, answer: Answer) -> None:
        """Record a command with its answer, so that the same command again finds it."""
        self._commands.append(
            {
                "id": move.command_id,
                "request_id": move.request_id,
                "answer": codec.to_text(answer),
                "at": self._batch.stamp,
            }
        )

    def write(self) -> None:
        """Write everything that changed."""
        changed = [held for held in self._held.values() if held.request.version != held.version_before]
        if changed:
            saved = self._connection.execute(_save, [self._columns(held) for held in changed])
            if saved.rowcount not in (-1, len(changed)):
                raise LostUpdate
            self._batch.changed.update(dict.fromkeys(held.request.id for held in changed))
        if self._packets:
            insert_new(self._connection, _packet, self._packets)
        if self._events:
            self._connection.execute(_audit.insert(), self._events)
        if self._commands:
            insert_new(self._connection, _command, self._commands)
        self._effects.write(self._connection)

    def _columns(self, held: _Held) -> dict[str, Any]:
        return {
            "b_id": held.request.id,
            "b_version": held.version_before,
            **mapping.changed_columns(held.request),
            "audit_seq": held.chain.seq,
            "audit_head": held.chain.head,
        }

    def _add_effects(self, held: _Held, transition: Transition) -> None:
        if not transition.effects:
            return
        request = held.request
        text = ""
        if any(hasattr(effect, "url") for effect in transition.effects):
            text = mapping.snapshot(request, mapping.changed_columns(request))
        self._effects.add(request, transition.effects, snapshot=text, event_hash=held.chain.head)


def earlier_answers(connection: Connection, moves: Sequence[Move]) -> dict[str, Answer]:
    """The answers of commands that were folded before, by command id."""
    ids = [move.command_id for move in moves]
    rows = connection.execute(select(_command.c.id, _command.c.answer).where(_command.c.id.in_(ids)))
    return {row.id: codec.answer(row.answer) for row in rows}


def fold_moves(folder: Folder, connection: Connection, moves: Sequence[Move]) -> list[Moved]:
    """Fold moves in the order they arrived, each command once; one answer each.

    The ledger of commands is read after the requests are locked: two deliveries of one press lock
    the same request, so the second one sees what the first wrote.
    """
    answers = earlier_answers(connection, moves)
    results = []
    for move in moves:
        answer = answers.get(move.command_id)
        if answer is None:
            transition = folder.fold(move)
            answer = transition.answer if transition else UNKNOWN
            if transition is not None:
                folder.remember(move, answer)
                answers[move.command_id] = answer
        results.append(Moved(answer=answer, request=folder.known(move.request_id)))
    return results
