"""The use case: numbers in the eyes of whoever asks, the same for every place in which they are shown.

A person sees numbers of what they lead, decide or voted on; an agent of its own requests; what single
reviewers did is seen by who leads the actions, and by themselves.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date

from bot.domain.directory import Directory
from bot.domain.measures.findings import Findings
from bot.domain.measures.period import Period
from bot.domain.measures.query import Dimension, Eyes, Page, Query
from bot.domain.measures.report import Report
from bot.domain.measures.words import day
from bot.domain.sight import Sight
from bot.domain.visibility import may_see
from bot.measuring import Measures
from bot.policy import Policy
from bot.policy.pins import labels_of
from bot.policy.sight import sight_of
from bot.ports import Clock, Store, Stored

_NO_CHANNEL = "nobody was asked"
_UNNAMED = "unnamed"


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """What somebody wants numbers of."""

    period: Period
    #: None for the total alone
    by: Dimension | None = None
    #: told apart by week as well
    weekly: bool = False
    where: Mapping[Dimension, str] = field(default_factory=dict)

    @property
    def is_about_reviewers(self) -> bool:
        """Whether it tells what single people did."""
        return self.by is Dimension.REVIEWER or Dimension.REVIEWER in self.where


@dataclass(frozen=True, slots=True, kw_only=True)
class Listed:
    """A page of the requests behind a number."""

    #: newest first
    stored: Sequence[Stored] = ()
    #: how many more are on this page which the person may not open
    hidden: int = 0
    #: the id that the next page comes after, None on the last one
    following: str | None = None


class Insights:
    """Answers who may know; raises `Busy` where the measures are away, `Invalid` for what does not fit."""

    def __init__(
        self,
        *,
        measures: Measures,
        sight: Callable[[str], Sight],
        store: Store,
        directory: Callable[[], Directory],
        clock: Clock,
        channels: Callable[[], Mapping[str, str]] = dict,
    ) -> None:
        """`sight` tells what a person may see numbers of now, `channels` how people call a channel."""
        self._measures = measures
        self._sight = sight
        self._store = store
        self._directory = directory
        self._clock = clock
        self._channels = channels

    @property
    def today(self) -> date:
        """The day in UTC, which is what weeks are counted in."""
        return self._clock().date()

    def sight(self, person: str) -> Sight:
        """What a person may see numbers of."""
        return self._sight(person)

    def name(self, dimension: Dimension, value: str) -> str:
        """What people call a value of a dimension."""
        if dimension is Dimension.REVIEWER:
            people = self._directory().people
            return people[value].name if value in people else value
        if dimension is Dimension.CHANNEL:
            return _NO_CHANNEL if value == "none" else self._channels().get(value, value)
        if dimension is Dimension.WEEK:
            return f"week of {day(date.fromisoformat(value), year=True)}"
        return value or _UNNAMED

    async def report(self, person: str, asked: Asked) -> Report:
        """Numbers for a person."""
        return await self._measures.report(_query(asked, self._eyes(person, asked)))

    async def findings(self, person: str, asked: Asked) -> Findings:
        """What stands out; of single reviewers only where the person leads, or about themselves."""
        sight = self._sight(person)
        found = await self._measures.findings(_query(asked, _wide(sight)))
        if sight.people == sight.actions:
            return found
        personal = await self._measures.findings(_query(asked, _narrow(sight)))
        return replace(
            found,
            rubber_stamps=personal.rubber_stamps,
            overloads=personal.overloads,
            loads=personal.loads,
        )

    async def behind(self, person: str, asked: Asked, page: Page) -> Listed:
        """The requests behind a number, as far as the person may open them."""
        query = _query(replace(asked, by=None, weekly=False), self._eyes(person, asked))
        ids = await self._measures.requests(query, replace(page, limit=page.limit + 1))
        shown = ids[: page.limit]
        directory = self._directory()
        read = [await self._store.read(request_id) for request_id in shown]
        stored = [each for each in read if each is not None and _may_open(directory, each, person)]
        following = shown[-1] if len(ids) > page.limit else None
        return Listed(stored=stored, hidden=len(shown) - len(stored), following=following)

    async def of_agent(self, agent: str, asked: Asked) -> Report:
        """Numbers of an agent's own requests."""
        return await self._measures.report(_query(asked, Eyes(agent=agent)))

    async def findings_of_agent(self, agent: str, asked: Asked) -> Findings:
        """An agent's own drift and calibration, and nothing else."""
        found = await self._measures.findings(_query(asked, Eyes(agent=agent)))
        return Findings(drifts=found.drifts, calibrations=found.calibrations)

    def _eyes(self, person: str, asked: Asked) -> Eyes:
        sight = self._sight(person)
        return _narrow(sight) if asked.is_about_reviewers else _wide(sight)


def _may_open(directory: Directory, stored: Stored, person: str) -> bool:
    """Whether a list may name a request; what waits to be judged blind is told by no list."""
    return not stored.request.is_blind and may_see(directory, stored.request, person)


def insights_under(policy: Callable[[], Policy], measures: Measures, store: Store, clock: Clock) -> Insights:
    """The numbers of an installation, under the policy in force."""
    return Insights(
        measures=measures,
        sight=lambda person: sight_of(policy(), person),
        store=store,
        directory=lambda: policy().directory,
        clock=clock,
        channels=lambda: labels_of(policy().escalations.values()),
    )


def _wide(sight: Sight) -> Eyes:
    return Eyes(actions=sight.actions, person=sight.person)


def _narrow(sight: Sight) -> Eyes:
    """As far as what single reviewers did is theirs to know."""
    return Eyes(actions=sight.people, person=sight.person)


def _query(asked: Asked, eyes: Eyes) -> Query:
    return Query(period=asked.period, eyes=eyes, by=asked.by, weekly=asked.weekly, where=asked.where)
