"""Steering: what was set beside the policy's file and therefore is always current.

Nothing here gives authority. A route changes who is asked first, a pause lets nothing be approved, an
absence sends what would reach one person to another, a standing moves a rule on its own ladder.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import TypeAlias

from bot.domain.autonomy.standing import Standing
from bot.domain.evolve import evolved
from bot.domain.hours import has_come
from bot.domain.matching import matches
from bot.domain.terms import Target

#: a cover may be away too, and so on; no longer than this
MOST_COVERS = 5


@dataclass(frozen=True, slots=True, kw_only=True)
class MadeRoute:
    """Requests for these actions ask these first, instead of the first step's targets."""

    name: str
    match: str
    to: tuple[Target, ...]
    #: CEL over what was submitted; None for every request
    when: str | None = None
    #: the lead who made it
    by: str
    made_at: datetime
    until: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Pause:
    """Nothing that matches is approved, by rule or by person, and no approval is taken."""

    match: str
    by: str
    made_at: datetime
    until: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Absence:
    """A person is away."""

    person: str
    #: who is asked instead, None when nobody is
    cover: str | None = None
    made_at: datetime
    until: datetime | None = None


#: what people set by mention
Spoken: TypeAlias = MadeRoute | Pause | Absence
Entry: TypeAlias = Spoken | Standing


@dataclass(frozen=True, slots=True, kw_only=True)
class Steering:
    """Everything that is set, as one version."""

    #: grows with every change
    version: int = 0
    #: the newest first, which is the order in which they are tried
    routes: tuple[MadeRoute, ...] = ()
    pauses: tuple[Pause, ...] = ()
    absences: tuple[Absence, ...] = ()
    standings: tuple[Standing, ...] = ()

    def at(self, now: datetime) -> Steering:
        """What of it holds at a moment."""
        if not any(has_come(entry.until, now) for entry in self._entries()):
            return self
        return evolved(
            self,
            routes=tuple(route for route in self.routes if not has_come(route.until, now)),
            pauses=tuple(pause for pause in self.pauses if not has_come(pause.until, now)),
            absences=tuple(absence for absence in self.absences if not has_come(absence.until, now)),
        )

    def among(self, people: Collection[str]) -> Steering:
        """The same where nobody covers whom the policy does not name: rather somebody away than nobody."""
        if all(absence.cover is None or absence.cover in people for absence in self.absences):
            return self
        absences = (a if a.cover in people else evolved(a, cover=None) for a in self.absences)
        return evolved(self, absences=tuple(absences))

    def next_end(self) -> datetime | None:
        """When the first entry ends by itself."""
        return min((entry.until for entry in self._entries() if entry.until is not None), default=None)

    def pause_of(self, action: str) -> Pause | None:
        """The pause that an action falls under."""
        return next((pause for pause in self.pauses if matches(pause.match, action)), None)

    def absence_of(self, person: str) -> Absence | None:
        """The absence of a person."""
        return next((absence for absence in self.absences if absence.person == person), None)

    def stand_in(self, person: str) -> str:
        """Who is asked instead of a person, through covers of covers; themselves if that leads nowhere."""
        seen = [person]
        while (absence := self.absence_of(seen[-1])) is not None:
            if absence.cover is None or absence.cover in seen or len(seen) > MOST_COVERS:
                # Rather a person who is away than nobody at all.
                return person
            seen.append(absence.cover)
        return seen[-1]

    def covered_by(self, person: str) -> tuple[str, ...]:
        """The people whom somebody stands in for."""
        return tuple(
            a.person for a in self.absences if a.person != person and self.stand_in(a.person) == person
        )

    def _entries(self) -> Iterator[Spoken]:
        yield from self.routes
        yield from self.pauses
        yield from self.absences


#: nothing was ever set
UNSTEERED = Steering()
