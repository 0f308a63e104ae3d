"""The terms of a request: what is copied from the policy when it comes and holds until its end.

Terms are values and equal terms are the same text, so a store keeps each distinct text once and
a request names it by its hash. People, groups, limits and leads are *not* here: these are always
the current ones (`directory`).
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from enum import StrEnum

from bot.domain.hours import Hours

#: where the policy does not say
CLAIM_IDLE = timedelta(minutes=30)


class TargetKind(StrEnum):
    """Whom a step asks."""

    CHANNEL = "channel"
    PERSON = "person"
    GROUP = "group"


class Confirm(StrEnum):
    """How an approval has to be confirmed."""

    #: by typing a word of the action
    TYPE = "type"
    #: in the browser inbox, after signing in
    BROWSER = "browser"


@dataclass(frozen=True, slots=True, kw_only=True)
class Target:
    """One entry of a step's `to`."""

    kind: TargetKind
    #: `slack:C0123` or `web:support` for a channel (pinned to its id), else a person's or group's name
    ref: str
    #: as people write it: `#support`, `@finance`
    label: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Quorum:
    """How many votes decide, and whose."""

    approve: int = 1
    reject: int = 1
    #: names of groups and people; empty means nobody
    voters: tuple[str, ...] = ()
    #: every approval must come from another group of `voters`
    distinct_groups: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """Who is asked, how long to wait, how often to remind."""

    to: tuple[Target, ...]
    wait: timedelta
    remind_every: timedelta | None = None
    #: groups and people who may decide from this step on, beside the quorum's
    voters: tuple[str, ...] = ()
    #: the working hours of the groups it asks; empty when those of the escalation policy hold
    hours: tuple[Hours, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Terms:
    """The action's entry and the escalation policy, as they stood when the request came."""

    #: name of the escalation policy
    escalation_policy: str
    quorum: Quorum
    steps: tuple[Step, ...]
    #: how many more rounds follow the first
    repeat: int = 0
    hours: Hours | None = None
    #: the person answerable for this action
    action_owner: str
    #: how long an approval can be redeemed, None for ever
    valid_for: timedelta | None = None
    #: argument paths such as `arguments.card_number` whose values cards show masked
    mask: tuple[str, ...] = ()
    #: JSON Schema text of the arguments, for edits
    arguments_schema: str | None = None
    #: None when a press is enough
    confirm: Confirm | None = None
    #: how long a claim holds when its holder does nothing
    claim_idle: timedelta = CLAIM_IDLE
