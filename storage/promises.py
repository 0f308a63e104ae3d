"""Promises: what an event says of the row and the packet that were written with it, as salted hashes.

A row tells more than its events do: who voted, which terms hold, when it is due. So the last event of
every move promises the whole row as the move left it, and an event that brings a packet promises its text.
The salts lie on the request's row: once they go, nobody can guess from a promise what was erased.
"""

from __future__ import annotations

import hashlib
import secrets
from collections.abc import Mapping
from operator import itemgetter
from typing import Any

import msgspec

from bot.domain.events import BY_CLOCK, BY_RULE, Event, EventKind
from storage.audit import commitment

FORMAT = "placet-state/1"
#: the fact of an event that holds its promises, by name
FACT = "promises"
#: the fact of an event that tells by which door its move came (`domain.doors`)
THROUGH = "through"
STATE = "state"
IDEMPOTENCY = "idempotency"
#: that another event of the same move follows
FOLLOWED = "followed"

#: what never changes, or almost never; `changed_columns` is the rest
FIXED = ("agent", "action", "created_at", "escalation_policy", "terms")
#: the columns of `approval` in the order in which they are hashed
PROMISED = (
    *FIXED,
    *("status", "version", "revision", "ended_at", "answered_at", "due_at", "precedence", "sameness"),
    *("proposal", "progress"),
)
#: actors who come through no door
_NOBODY = (BY_CLOCK, BY_RULE)

_columns = itemgetter(*PROMISED)
_encode = msgspec.json.Encoder().encode

#: events that bring a packet
BRINGING = (EventKind.REQUEST_SUBMITTED, EventKind.REQUEST_EDITED)
#: hexadecimal digits of one of the two salts
_DIGITS = 32


def new_salts() -> str:
    """Two salts: one for packets and keys, which stays, and one for the row."""
    return secrets.token_hex(_DIGITS)


def resalted(salts: str) -> str:
    """Salts of a request of which some words were erased: what was promised of its row cannot be guessed."""
    return salts[:_DIGITS] + secrets.token_hex(_DIGITS // 2)


def state_promise(salts: str, row: Mapping[str, Any]) -> str:
    """Hex SHA-256 over a JSON array: `placet-state/1`, a salt, and the columns of a request's row."""
    return hashlib.sha256(_encode((FORMAT, salts[_DIGITS:], *_columns(row)))).hexdigest()


def packet_name(revision: int) -> str:
    """The name of the promise of a revision's packet."""
    return f"packet/{revision}"


def packet_promise(salts: str, packet: str) -> str:
    """What stands for the text of a packet."""
    return commitment(salts[:_DIGITS], packet)


def idempotency_promise(salts: str, key: str, body_digest: str | None) -> str:
    """What stands for the key under which a request came, and for the body that came with it."""
    return commitment(salts[:_DIGITS], f"{key}\n{body_digest or ''}")


class Promised:
    """What the events of one move say beside their own facts.

    They promise the row that it left and the packet that it brought, and tell through which door it came.
    """

    def __init__(
        self,
        salts: str | None,
        row: Mapping[str, Any],
        packet: str | None = None,
        through: Mapping[str, str] | None = None,
    ) -> None:
        """Without salts nothing is promised. A row that has just come in has its key as well."""
        self._salts = salts
        self._row = row
        self._packet = packet
        self._through = through

    def facts(self, event: Event, *, is_last: bool) -> dict[str, Any]:
        """The facts of an event of the move, which may be its last one."""
        found: dict[str, Any] = dict(event.facts)
        if self._through and event.actor not in _NOBODY:
            found[THROUGH] = self._through
        if self._salts is not None and (promises := self._promises(self._salts, event.kind, is_last=is_last)):
            found[FACT] = promises
        return found

    def _promises(self, salts: str, kind: EventKind, *, is_last: bool) -> dict[str, str]:
        found = {}
        if self._packet is not None and kind in BRINGING:
            found[packet_name(self._row["revision"])] = packet_promise(salts, self._packet)
            if key := self._row.get("idempotency_key"):
                found[IDEMPOTENCY] = idempotency_promise(salts, key, self._row["body_digest"])
        if is_last:
            found[STATE] = state_promise(salts, self._row)
        else:
            found[FOLLOWED] = "yes"
        return found
