"""Paces: how dense messages may be in one channel, so that no window its platform looks at is too full.

A platform counts what comes to it, within windows that may end at any moment. Nobody here knows when within
an attempt that was, so everything counts from the attempt's end and the next one begins no earlier than the
rules allow: between two arrivals lies at least as much time as between that end and that beginning.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from types import MappingProxyType
from typing import Protocol, TypeAlias


class Meter(Protocol):
    """Keeps one rule of one channel."""

    @property
    def free_at(self) -> datetime | None:
        """When the next may come, None for always."""

    @property
    def ends_at(self) -> datetime | None:
        """From when on it is as if nothing had come, None while nothing did."""

    def came(self, at: datetime) -> None:
        """One came then; never before one that came earlier."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Window:
    """At most `most` within any such time, and within any longer one no more than at that rate.

    So many at once go out at once, the next one when the first of them has left the window.
    """

    most: int
    within: timedelta

    def meter(self) -> Meter:
        """For one channel."""
        return _WindowMeter(self)


@dataclass(frozen=True, slots=True, kw_only=True)
class Budget:
    """One each so often; what was not used is saved up to a limit, and may be used at once."""

    each: timedelta
    #: how far ahead of its rate a channel may run
    ahead: timedelta

    def meter(self) -> Meter:
        """For one channel."""
        return _BudgetMeter(self)


Rule: TypeAlias = Window | Budget


@dataclass(frozen=True, slots=True, kw_only=True)
class Pace:
    """The rules of one channel, all of which are kept."""

    #: for new messages
    messages: tuple[Rule, ...]
    #: for changes of messages that stand; None where they count as messages
    redraws: tuple[Rule, ...] | None = None


#: Slack lets one message per second into a channel, and short bursts
#: (docs.slack.dev/apis/web-api/rate-limits): so many in as many seconds here, and a little more time, as
#: another clock may tick faster. Changes of messages have a limit of their own there.
#: Teams lets 7 in 1 s, 8 in 2 s, 60 in 30 s and 1800 in an hour into a conversation, changes among them
#: (learn.microsoft.com/microsoftteams/platform/bots/how-to/rate-limit), of which some are left for answers
#: and rosters, which are not paced. Budgets keep these and make no long pause after much was sent.
PACES: Mapping[str, Pace] = MappingProxyType(
    {
        "slack": Pace(
            messages=(Window(most=3, within=timedelta(milliseconds=3060)),),
            redraws=(Budget(each=timedelta(milliseconds=250), ahead=timedelta(seconds=2)),),
        ),
        "teams": Pace(
            messages=(
                Budget(each=timedelta(milliseconds=600), ahead=timedelta(milliseconds=1500)),
                Budget(each=timedelta(milliseconds=2500), ahead=timedelta(minutes=14)),
            )
        ),
    }
)
#: the same, for tests and simulations in which nothing is limited
UNPACED: Mapping[str, Pace] = MappingProxyType({})


class Meters:
    """Keeps the pace of one channel."""

    __slots__ = ("_messages", "_redraws")

    def __init__(self, pace: Pace) -> None:
        self._messages = tuple(rule.meter() for rule in pace.messages)
        self._redraws = self._messages
        if pace.redraws is not None:
            self._redraws = tuple(rule.meter() for rule in pace.redraws)

    @property
    def free_at(self) -> datetime | None:
        """When anything may come, a new message as well as a change; None for always."""
        ends = (meter.free_at for meter in (*self._messages, *self._redraws))
        return max((at for at in ends if at is not None), default=None)

    @property
    def ends_at(self) -> datetime | None:
        """From when on it is as if nothing had come, None while nothing did."""
        ends = (meter.ends_at for meter in (*self._messages, *self._redraws))
        return max((at for at in ends if at is not None), default=None)

    def came(self, at: datetime, *, is_redraw: bool) -> None:
        """Something came by then."""
        for meter in self._redraws if is_redraw else self._messages:
            meter.came(at)


@dataclass(slots=True)
class _WindowMeter:
    rule: Window
    free_at: datetime | None = None
    ends_at: datetime | None = None
    _came_at: deque[datetime] = field(default_factory=deque)

    def came(self, at: datetime) -> None:
        self._came_at.append(at)
        self.ends_at = at + 2 * self.rule.within
        if len(self._came_at) < self.rule.most:
            return
        leaves_at = self._came_at.popleft() + self.rule.within
        # One step on from where the window before stood: so every longer window is kept too.
        follows_at = leaves_at if self.free_at is None else self.free_at + self.rule.within / self.rule.most
        self.free_at = max(leaves_at, follows_at)


@dataclass(slots=True)
class _BudgetMeter:
    rule: Budget
    #: how far the budget is spent
    ends_at: datetime | None = None

    @property
    def free_at(self) -> datetime | None:
        return None if self.ends_at is None else self.ends_at - self.rule.ahead

    def came(self, at: datetime) -> None:
        self.ends_at = max(at, self.ends_at or at) + self.rule.each
