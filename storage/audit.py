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

from bot.domain.events import Event
from storage.codec import to_text

#: the head of a chain without events
GENESIS = "0" * 64
FORMAT = "placet-audit/1"


class Adding(Protocol):
    """Knows what events say beside their own facts."""

    def facts(self, event: Event, *, is_last: bool) -> dict[str, Any]:
        """All facts of an event, which may be its move's last one."""


@dataclass(slots=True)
class Chain:
    """The head of one subject's chain, moved on by every event."""

    subject: str
    seq: int
    head: str

    def extend(self, events: Sequence[Event], at: int, adding: Adding) -> list[dict[str, Any]]:
        """The rows of the next events, which one move made."""
        last = len(events) - 1
        return [
            self.append(each, at, adding.facts(each, is_last=place == last))
            for place, each in enumerate(events)
        ]

    def append(self, event: Event, at: int, facts: Mapping[str, Any] | None = None) -> dict[str, Any]:
        """The row of the next event (`at` in microseconds since 1970), with other facts than its own."""
        text, private = _committed(event, event.facts if facts is None else facts)
        self.seq, kind = self.seq + 1, event.kind.value
        written = f"{self.seq}\n{kind}\n{event.actor}\n{at}\n{text}"
        self.head = event_hash(self.head, self.subject, written)
        return {
            "subject": self.subject,
            "seq": self.seq,
            "kind": kind,
            "actor": event.actor,
            "at": at,
            "facts": text,
            "private": private,
            "hash": self.head,
        }


def event_hash(previous: str, subject: str, written: str) -> str:
    """Hex SHA-256 of one event; `written` is its seq, kind, actor, time and facts, a line each."""
    return hashlib.sha256(f"{FORMAT}\n{previous}\n{subject}\n{written}".encode()).hexdigest()


def commitment(salt: str, value: str) -> str:
    """Hex SHA-256 that stands for a private value."""
    return hashlib.sha256(f"{salt}\n{value}".encode()).hexdigest()


def _committed(event: Event, facts: Mapping[str, Any]) -> tuple[str, str | None]:
    if not event.private:
        return to_text(facts), None
    private = {name: [secrets.token_hex(16), value] for name, value in event.private.items()}
    commitments = {name: commitment(salt, value) for name, (salt, value) in private.items()}
    return to_text({**facts, "commitments": commitments}), to_text(private)
