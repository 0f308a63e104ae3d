"""Who is who at a moment: the policy's directory, with what is stored of live groups."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection

from bot.domain.directory import Directory
from bot.domain.memberships import Membership, changes_at, resolved
from storage import membership_rows
from storage.current_facts import CurrentFacts


@dataclass(frozen=True, slots=True)
class _Resolved:
    """A directory, and what it was made of."""

    directory: Directory
    policy: Directory
    told: Mapping[str, Membership]
    made_at: datetime
    #: time alone changes it after this
    until: datetime | None

    def holds(self, policy: Directory, told: Mapping[str, Membership], now: datetime) -> bool:
        """Whether nothing that it was made of has changed."""
        is_same = self.policy is policy and self.told is told
        return is_same and now >= self.made_at and (self.until is None or now <= self.until)


class WhosWho:
    """Remembers the last directory that it made; making one costs more than folding a move."""

    def __init__(self, policy: Callable[[], Directory]) -> None:
        self._policy = policy
        self._facts = CurrentFacts({membership_rows.KIND: membership_rows.load})
        self._told: Mapping[str, Membership] = {}
        self._last: _Resolved | None = None

    def read(self, connection: Connection, now: datetime) -> Directory:
        """As this transaction sees it; what a policy does not use is not read."""
        policy, told = self._policy(), self._told
        if policy.live:
            # Another thread may read an older state meanwhile, so what was read here is not read back.
            self._told = told = self._facts.read(connection)[membership_rows.KIND]
        return self._resolve(policy, told, now)

    def known(self, now: datetime) -> Directory:
        """As this process read it last: for showing, never for deciding."""
        return self._resolve(self._policy(), self._told, now)

    def _resolve(self, policy: Directory, told: Mapping[str, Membership], now: datetime) -> Directory:
        if not policy.live:
            return policy
        last = self._last
        if last is None or not last.holds(policy, told, now):
            until = changes_at(told.values(), now)
            self._last = last = _Resolved(resolved(policy, told, now), policy, told, now, until)
        return last.directory
