"""Where what people set by mention is kept: routes, pauses, absences, and every version they had."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from enum import StrEnum
from typing import Protocol

from bot.domain.request import ApprovalRequest
from bot.domain.steering import Entry, MadeRoute, Steering
from bot.jobs import Stored
from bot.policy_record import News


class Kind(StrEnum):
    """What can be set."""

    ROUTE = "route"
    PAUSE = "pause"
    ABSENCE = "absence"
    STANDING = "standing"


@dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    """One thing is set, set anew or ended."""

    #: made from the event that asked for it; the same change again finds itself
    id: str
    kind: Kind
    #: of a route or rule, the pattern of a pause, the person who is away; a route without one is given one
    name: str
    #: who wants it; `rule` where a rule goes down its ladder by itself
    person: str
    #: what holds afterwards, None when nothing does
    after: Entry | None
    #: names that no route may be given
    taken: frozenset[str] = field(default=frozenset())
    #: the patterns that one has to lead for it
    matches: tuple[str, ...] = ()
    #: the change that this one takes back
    undoes: str | None = None
    #: said to one person where it is made
    news: News | None = None

    def renamed(self, name: str) -> Change:
        """The same change of a route of this name."""
        after = replace(self.after, name=name) if isinstance(self.after, MadeRoute) else self.after
        return replace(self, name=name, after=after)


@dataclass(frozen=True, slots=True, kw_only=True)
class Changed:
    """A change that was made."""

    id: str
    kind: Kind
    name: str
    person: str
    before: Entry | None
    after: Entry | None
    made_at: datetime
    undoes: str | None = None
    #: the change that took this one back
    undone_by: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """What became of a change: `made` (now or before), `forbidden`, or `moved_on` (something else holds)."""

    code: str
    changed: Changed | None = None
    #: pending requests that follow it at once
    followed: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Preview:
    """A command that waits for a word or a press of whoever said it."""

    id: str
    person: str
    #: where it was said
    channel: str
    #: as it is printed
    command: str
    #: IANA time zone that its days and times are in
    zone: str = "UTC"
    #: channels in it, by the platform's id, as people read them
    labels: Mapping[str, str] = field(default_factory=dict)
    made_at: datetime


class SteeringStore(Protocol):
    """Writes commit before they return; raises `Busy` when the database does not answer."""

    async def current(self) -> Steering:
        """What holds now, as the database has it."""

    async def change(self, change: Change) -> Outcome:
        """Make a change, once per id, on the audit record, if the person may; with what follows from it."""

    async def get(self, change_id: str) -> Changed | None:
        """A change by its id."""

    async def last_by(self, person: str) -> Changed | None:
        """The last change of a person that is no undoing and was not undone."""

    async def offer(self, preview: Preview) -> None:
        """Keep a preview; the same one again is kept once."""

    async def offered(self, preview_id: str) -> Preview | None:
        """A preview by its id."""

    async def last_offered(self, person: str, channel: str | None) -> Preview | None:
        """The last preview that a person was given in a channel; in any, without one."""

    async def since(self, moment: datetime, limit: int) -> Sequence[Stored]:
        """Requests that came after a moment, newest first."""

    async def ended_since(self, moment: datetime, limit: int) -> Sequence[ApprovalRequest]:
        """Requests that ended after a moment, latest first."""
