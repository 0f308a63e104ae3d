"""The audit chain: one per subject, each event hashed over the one before it.

An event's hash is SHA-256 over the lines `placet-audit/1`, previous hash, subject, seq, kind,
actor, time (microseconds since 1970) and the facts' JSON text as stored. Private values appear in
the facts as commitments, SHA-256 over salt and value, so that value and salt can be erased and the
chain still verifies.
"""

from __future__ import annotations

import hashlib
import secrets
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Protocol

from bot.domain.events import Event, EventKind
from storage.codec import to_text

#: the head of a chain without events
GENESIS = "0" * 64
FORMAT = "placet-audit/1"


class Promising(Protocol):
    """Knows what events promise of what was written with them."""

    def by(self, kind: EventKind, *, is_last: bool) -> dict[str, str]:
        """The promises of an event of this kind, which may be its move's last one."""


@dataclass(slots=True)
class Chain:
    """The head of one subject's chain, moved on by every event."""

    subject: str
    seq: int
    head: str

    def extend(self, events: Sequence[Event], at: int, promising: Promising) -> list[dict[str, Any]]:
        """The rows of the next events, which one move made."""
        last = len(events) - 1
        return [
            self.append(each, at, promising.by(each.kind, is_last=place == last))
            for place, each in enumerate(events)
        ]

    def append(self, event: Event, at: int, promises: Mapping[str, str] | None = None) -> dict[str, Any]:
        """The row of the next event (`at` in microseconds since 1970)."""
        facts, private = _committed(event, promises)
        self.seq += 1
        written = f"{self.seq}\n{event.kind.value}\n{event.actor}\n{at}\n{facts}"
        self.head = event_hash(self.head, self.subject, written)
        return {
            "subject": self.subject,
            "seq": self.seq,
            "kind": event.kind.value,
            "actor": event.actor,
            "at": at,
            "facts": facts,
            "private": private,
            "hash": self.head,
        }


def event_hash(previous: str, subject: str, written: str) -> str:
    """Hex SHA-256 of one event; `written` is its seq, kind, actor, time and facts, a line each."""
    return hashlib.sha256(f"{FORMAT}\n{previous}\n{subject}\n{written}".encode()).hexdigest()


def commitment(salt: str, value: str) -> str:
    """Hex SHA-256 that stands for a private value."""
    return hashlib.sha256(f"{salt}\n{value}".encode()).hexdigest()


def _committed(event: Event, promises: Mapping[str, str] | None) -> tuple[str, str | None]:
    facts: dict[str, Any] = {**event.facts, "promises": promises} if promises else dict(event.facts)
    if not event.private:
        return to_text(facts), None
    private = {name: [secrets.token_hex(16), value] for name, value in event.private.items()}
    facts["commitments"] = {name: commitment(salt, value) for name, (salt, value) in private.items()}
    return to_text(facts), to_text(private)
