"""What one transaction adds, collected while it folds and written at its end: a statement per table."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from sqlalchemy import Connection

from bot.domain.effects import SendCallback
from bot.domain.moves import Move, Press
from bot.domain.request import ApprovalRequest
from bot.domain.transition import Answer, Transition
from storage import codec, mapping
from storage.audit import Chain
from storage.audit_tables import AuditRow
from storage.context import Batch
from storage.effect_rows import EffectRows
from storage.fact_tables import HeldPressRow
from storage.history_counting import add_counts
from storage.history_tally import DAY, Tally
from storage.many import inserting
from storage.straight import together
from storage.tables import CommandRow, PacketRow

_new_events = inserting(
    AuditRow.__table__,  # type: ignore[attr-defined]  # SQLModel adds it at class creation
    *("subject", "seq", "kind", "actor", "at", "facts", "private", "hash"),
)
_new_commands = inserting(CommandRow.__table__, or_ignoring=True)  # type: ignore[attr-defined]  # likewise
_new_packets = inserting(PacketRow.__table__)  # type: ignore[attr-defined]  # likewise
_new_held = inserting(HeldPressRow.__table__)  # type: ignore[attr-defined]  # likewise


class Sheet:
    """Rows of one transaction that are not written yet."""

    def __init__(self, batch: Batch) -> None:
        self._batch = batch
        self._events: list[dict[str, Any]] = []
        self._packets: list[dict[str, Any]] = []
        self._commands: list[dict[str, Any]] = []
        self._held: list[dict[str, Any]] = []
        #: what rules may read of later on
        self.tally = Tally(batch.stamp // DAY)
        self.effects = EffectRows(batch)

    def add_events(self, rows: Iterable[dict[str, Any]]) -> None:
        """Audit events that a chain has taken in."""
        self._events += rows

    def add_effects(self, transition: Transition, chain: Chain, columns: dict[str, Any] | None) -> None:
        """What a transition tells the outside; `columns` are those of its request where they are known."""
        if not transition.effects:
            return
        request, snapshot = transition.request, ""
        if any(isinstance(effect, SendCallback) for effect in transition.effects):
            snapshot = mapping.snapshot(request, columns or mapping.changed_columns(request))
        self.effects.add(request, transition.effects, snapshot=snapshot, event_hash=chain.head)

    def add_packet(self, request: ApprovalRequest, text: str) -> None:
        """The packet of a revision, as its text."""
        self._packets.append({"request_id": request.id, "revision": request.revision, "packet": text})

    def add_command(self, move: Move, answer: Answer) -> None:
        """A command with its answer, so that the same command again finds it."""
        text = codec.to_text(answer)
        row = {"id": move.command_id, "request_id": move.request_id, "answer": text, "at": self._batch.stamp}
        self._commands.append(row)

    def add_held(self, move: Press, groups: Iterable[str]) -> None:
        """A press that waits until it is known who is in these live groups."""
        live = self._batch.facts.directory.live
        sources = [source for name in groups for source in live.get(name, ())]
        row = {"id": move.command_id, "request_id": move.request_id, "press": codec.to_text(move)}
        self._held.append(row | {"sources": codec.to_text(sources), "held_at": self._batch.stamp})
        self._batch.holds = True

    def write(self, connection: Connection) -> None:
        """Write everything."""
        with together(connection):
            _new_packets.run(connection, self._packets)
            _new_events.run(connection, self._events)
            _new_commands.run(connection, self._commands)
            _new_held.run(connection, self._held)
            self.effects.write(connection)
            # Last, so that whoever waits for these rows waits for nothing but a COMMIT.
            add_counts(connection, self.tally.rows(self._batch.surroundings.shard))
