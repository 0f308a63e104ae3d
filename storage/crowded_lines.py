"""Pings beside one message: those of the requests of a batch card are said as one line."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import Connection, Row, select

from bot.domain.consequences import MOST_MENTIONS
from bot.domain.destinations import takes_batches
from storage import codec
from storage.queues import OUTBOX
from storage.tables import CardRow, OutboxRow

#: pings that one line stands for
MOST = 200

_card = CardRow.__table__  # type: ignore[attr-defined]  # SQLModel adds it at class creation
_outbox = OutboxRow.__table__  # type: ignore[attr-defined]  # likewise


@dataclass(frozen=True, slots=True)
class Crowd:
    """The other pings that a ping is said with."""

    ids: tuple[str, ...] = ()
    people: tuple[str, ...] = ()


@dataclass(slots=True)
class Crowds:
    """Leases, with each ping, the others that belong into its line."""

    connection: Connection
    now: int
    until: int
    _taken: set[str] = field(default_factory=set)

    def with_(self, ping: Row[Any]) -> Crowd:
        """The others that are due beside the same batch card."""
        if ping.kind != "ping" or not takes_batches(ping.destination):
            return Crowd()
        others = [row for row in self._beside(ping) if row.id not in self._taken]
        self._taken.update(row.id for row in others)
        OUTBOX.lease(self.connection, others, self.until)
        called = (codec.from_text(row.people, list[str]) for row in others if row.people)
        people = dict.fromkeys(person for names in called for person in names)
        return Crowd(tuple(row.id for row in others), tuple(people))

    def _beside(self, ping: Row[Any]) -> Sequence[Row[Any]]:
        batch = (
            select(_card.c.batch)
            .where(_card.c.request_id == ping.request_id, _card.c.destination == ping.destination)
            .where(_card.c.batch.is_not(None))
            .limit(1)
        )
        batch_id = self.connection.execute(batch).scalar_one_or_none()
        if batch_id is None:
            return ()
        members = select(_card.c.request_id).where(_card.c.batch == batch_id)
        query = (
            select(_outbox)
            .where(
                _outbox.c.destination == ping.destination,
                _outbox.c.due_at <= self.now,
                _outbox.c.kind == "ping",
                _outbox.c.id != ping.id,
                _outbox.c.request_id.in_(members),
            )
            .order_by(_outbox.c.due_at, _outbox.c.id)
            .limit(MOST)
            .with_for_update(skip_locked=True)
        )
        return self.connection.execute(query).all()


def said(line: str, others: int) -> str:
    """A line that stands for several."""
    return f"{others + 1} requests in this list: {line}" if others else line


def called(people: Sequence[str], more: Sequence[str]) -> tuple[str, ...]:
    """Everybody whom a line calls, each once."""
    return tuple(dict.fromkeys((*people, *more)))[:MOST_MENTIONS]
