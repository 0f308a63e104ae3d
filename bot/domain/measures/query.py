"""Queries: which requests are measured, in whose eyes, and by what the numbers are told apart."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from enum import StrEnum

from bot.domain.errors import Invalid
from bot.domain.measures.period import Period
from bot.domain.status import ReasonCode


class Dimension(StrEnum):
    """By what numbers are told apart, and narrowed down."""

    RULE = "rule"
    AGENT = "agent"
    #: `<agent> <version>`; the agent alone where it names no version
    AGENT_VERSION = "agent_version"
    ACTION = "action"
    #: a person by their id in the policy; numbers are then about that person's own votes
    REVIEWER = "reviewer"
    #: where the deciding vote came from, else where it was asked first: `slack:C0123`, `web:support`,
    #: `slack` alone for a direct message; `none` where nobody was asked
    CHANNEL = "channel"
    #: the Monday of the week in which the request came, as `2026-03-02`
    WEEK = "week"
    MODE = "mode"
    POLICY_VERSION = "policy_version"


#: what is known of a reviewer's own votes, and so can be combined with `REVIEWER`
OF_REVIEWERS = frozenset(
    {Dimension.REVIEWER, Dimension.RULE, Dimension.AGENT, Dimension.ACTION, Dimension.WEEK}
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Eyes:
    """Whose eyes: what the asker may see. What none of the three allows is in no number, as if it were not.

    Nobody sees everything unless `actions` says `*`.
    """

    #: patterns of the actions that the asker leads, such as `refund.*`
    actions: tuple[str, ...] = ()
    #: the agent that asks: it sees its own requests, and no reviewer's numbers
    agent: str | None = None
    #: the person who asks: beside the actions they lead they see what they voted on themselves
    person: str | None = None


#: for an operator at the command line
EVERYTHING = Eyes(actions=("*",))


@dataclass(frozen=True, slots=True, kw_only=True)
class Query:
    """What to measure."""

    period: Period
    eyes: Eyes
    #: None for the total alone
    by: Dimension | None = None
    #: whether rows are told apart by week as well, for a chart
    weekly: bool = False
    #: only requests with these values; an action may be a pattern
    where: Mapping[Dimension, str] = field(default_factory=dict)

    def __post_init__(self) -> None:
        """Raises `Invalid` where a reviewer is combined with what is not known of single votes."""
        asked = {*self.where} | ({self.by} if self.by else set())
        if Dimension.REVIEWER in asked and not asked <= OF_REVIEWERS:
            others = ", ".join(sorted(asked - OF_REVIEWERS))
            raise Invalid(f"Numbers of reviewers are not told apart by {others}; ask for one of the two.")

    def narrowed(self, dimension: Dimension, value: str) -> Query:
        """The same for one value only, as a row's link asks for it."""
        return replace(self, where={**self.where, dimension: value})


class Behind(StrEnum):
    """Behind which number the requests are asked for. Each is a count of `Row` by the same name."""

    SUBMITTED = "submitted"
    PENDING = "pending"
    AUTOMATIC = "automatic"
    REFUSED = "refused"
    APPROVED = "approved"
    EDITED = "edited"
    REJECTED = "rejected"
    EXPIRED = "expired"
    CANCELLED = "cancelled"
    OVERRIDDEN = "overridden"
    OUTCOMES = "outcomes"
    ERRORS = "errors"
    SAMPLED = "sampled"
    DISAGREED = "disagreed"
    RATED = "rated"
    RATED_WRONG = "rated_wrong"
    #: approved by people faster than the packet can be read
    HASTY = "hasty"


@dataclass(frozen=True, slots=True, kw_only=True)
class Page:
    """A stretch of the requests behind a number, newest first."""

    behind: Behind = Behind.SUBMITTED
    #: only those rejected for this reason
    reason: ReasonCode | None = None
    #: ids smaller than this one, None for the newest
    before: str | None = None
    limit: int = 50
