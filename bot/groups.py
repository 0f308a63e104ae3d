"""Groups that live on a platform: how they are read, and kept.

Outward: `GroupSource`, which never raises for what the platform does. Inward: `GroupBook`, where what was
read is kept for all processes of one database, and where presses wait for it.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Protocol, TypeAlias

from bot.domain.directory import Identity
from bot.domain.memberships import Membership
from bot.domain.transition import Answer


@dataclass(frozen=True, slots=True, kw_only=True)
class Roster:
    """Everybody in a group; empty when nobody is."""

    accounts: tuple[Identity, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class NobodyThere:
    """The group cannot be read until somebody does something: it is gone, switched off, not for the bot."""

    #: a sentence that says what to do
    why: str


@dataclass(frozen=True, slots=True, kw_only=True)
class NotNow:
    """The platform did not tell; what it told before grows old."""

    why: str
    after: timedelta | None = None


Read: TypeAlias = Roster | NobodyThere | NotNow


class GroupSource(Protocol):
    """One platform with groups. A source is `<platform>:<group>`, as the policy writes it or by its id."""

    @property
    def platform(self) -> str:
        """`slack` or `teams`."""

    async def pin_groups(self, sources: Iterable[str]) -> Mapping[str, str]:
        """Sources by name, to sources by the platform's id; what is not known is left out.

        Raises a `PlacetError` when that cannot be known now.
        """

    async def read_group(self, source: str) -> Read:
        """Who is in it now."""


class GroupBook(Protocol):
    """What was read of groups. Every write commits before its call returns; raises `Busy`."""

    async def claim(
        self, sources: Collection[str], *, urgent: Collection[str], limit: int, lease: timedelta
    ) -> Sequence[str]:
        """Lease sources that are to be read, the urgent ones first, so that one process reads each."""

    async def next_at(self, sources: Collection[str]) -> datetime | None:
        """When the first of these is to be read, as things stand; None when one is now."""

    async def keep(self, membership: Membership, *, next_at: datetime) -> None:
        """What was read, and when to read it again."""

    async def put_off(self, source: str, *, until: datetime) -> None:
        """It could not be read; what is known of it grows old."""

    async def distrust(self, sources: Collection[str]) -> None:
        """Something changed in these groups: no decision relies on them until they are read again."""

    async def waited_for(self) -> Collection[str] | None:
        """The sources that presses wait for, None when no press waits."""

    async def decide(self, *, patience: timedelta, limit: int) -> Sequence[Answer]:
        """Fold presses that waited, as far as their groups are known by now, or they waited too long."""
