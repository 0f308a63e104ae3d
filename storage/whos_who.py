"""Who is who at a moment: the policy's directory, with live groups as stored and what was set by mention."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Connection

from bot.domain.directory import Directory
from bot.domain.evolve import evolved
from bot.domain.memberships import Membership, changes_at, resolved
from bot.domain.steering import UNSTEERED, Steering
from storage import membership_rows, steering_rows
from storage.current_facts import CurrentFacts
from storage.prepared import Later


@dataclass(frozen=True, slots=True)
class Told:
    """What is stored beside the policy."""

    groups: Mapping[str, Membership] = field(default_factory=dict)
    steering: Steering = UNSTEERED

    def is_still(self, other: Told) -> bool:
        """Whether both were made of the same."""
        return self.groups is other.groups and self.steering is other.steering


@dataclass(frozen=True, slots=True)
class _Resolved:
    """A directory, and what it was made of."""

    directory: Directory
    #: the same where whoever was last known to be in a group counts as being in it
    shown: Directory
    policy: Directory
    told: Told
    made_at: datetime
    #: time alone changes it after this
    until: datetime | None

    def holds(self, policy: Directory, told: Told, now: datetime) -> bool:
        """Whether nothing that it was made of has changed."""
        is_same = self.policy is policy and self.told.is_still(told)
        return is_same and now >= self.made_at and (self.until is None or now <= self.until)


#: the smallest difference between two moments
_TICK = timedelta(microseconds=1)


class WhosWho:
    """Remembers the last directory that it made; making one costs more than folding a move."""

    def __init__(self, policy: Callable[[], Directory]) -> None:
        self._policy = policy
        self._facts = CurrentFacts(
            {membership_rows.KIND: membership_rows.load, steering_rows.KIND: steering_rows.load}
        )
        self._told = Told()
        self._last: _Resolved | None = None

    def read(self, connection: Connection, now: datetime) -> Directory:
        """As this transaction sees it."""
        return self.ask(connection, now)()

    def ask(self, connection: Connection, now: datetime) -> Later[Directory]:
        """The same once it is called for, until when PostgreSQL may not be waited for."""
        asked = self._facts.ask(connection)
        return lambda: self._directory(asked(), now)

    def _directory(self, read: Mapping[str, Any], now: datetime) -> Directory:
        # Another thread may read an older state meanwhile, so what was read here is not read back.
        self._told = told = Told(read[membership_rows.KIND], read[steering_rows.KIND])
        return self._resolve(self._policy(), told, now).directory

    def known(self, now: datetime) -> Directory:
        """As this process read it last, with whoever was last known: for showing, never for deciding."""
        return self._resolve(self._policy(), self._told, now).shown

    def _resolve(self, policy: Directory, told: Told, now: datetime) -> _Resolved:
        last = self._last
        if last is None or not last.holds(policy, told, now):
            self._last = last = _made(policy, told, now)
        return last


def _made(policy: Directory, told: Told, now: datetime) -> _Resolved:
    steering = told.steering.at(now)
    directory = (resolved(policy, told.groups, now) if policy.live else policy).steered(steering)
    shown = evolved(directory, unsure={}) if directory.unsure else directory
    changes = changes_at(told.groups.values(), now) if policy.live else None
    until = min((at for at in (changes, _before(steering.next_end())) if at is not None), default=None)
    return _Resolved(directory, shown, policy, told, now, until)


def _before(at: datetime | None) -> datetime | None:
    """The last moment at which what ends at this one still holds."""
    return at - _TICK if at is not None else None
