"""Findings: what the numbers give reason to look into. Each is a value with its numbers and a sentence."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from bot.domain.measures.rate import Rate


class Signal(StrEnum):
    """What speaks for a rubber stamp."""

    #: approves faster than packets can be read
    HASTY = "hasty"
    #: approves in longer unbroken rows than chance allows where others reject
    STREAK = "streak"
    #: what they approved goes wrong more often than what others approved
    WRONG = "wrong"
    #: finds nothing wrong in samples in which others do
    AGREES = "agrees"


@dataclass(frozen=True, slots=True, kw_only=True)
class RubberStamp:
    """A reviewer who seems to approve without looking."""

    reviewer: str
    signals: tuple[Signal, ...]
    #: decided by this person
    decided: int
    #: hasty approvals among those whose time is known
    hasty: Rate
    #: the longest unbroken row of approvals
    streak: int
    #: this person's approvals among decisions, and the others' on the same actions
    approval: Rate
    others: Rate
    #: approvals that failed, were reverted or rated wrong, among those of which this is known
    wrong: Rate
    sentence: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Overload:
    """A reviewer who is asked to decide more than a person can."""

    reviewer: str
    #: decisions a day, over the days on which this person decided anything: the median and the highest
    per_day: float
    most: int
    #: days with decisions, and those of them above the threshold
    days: int
    days_over: int
    #: requests that wait for this person, among others perhaps, now
    waiting: int
    sentence: str


@dataclass(frozen=True, slots=True, kw_only=True)
class CeremonialGate:
    """A gate at which people change nothing: nearly all is approved as it came, and nothing went wrong."""

    action: str
    rule: str
    #: decided by people
    decided: int
    #: approved unedited, and neither failed nor reverted nor rated wrong afterwards
    clean: Rate
    #: seconds of people's time that were spent on it at most, by the median deliberation
    spent: float | None
    sentence: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Drift:
    """A version of an agent that does otherwise than the one before it, at one action."""

    agent: str
    action: str
    version: str
    before: str
    #: the Monday of the week in which the version first came
    since: date
    #: approved unedited and not gone wrong, among what people decided: with this version and the one before
    clean: Rate
    clean_before: Rate
    #: clean minus clean_before, with bounds that hold it in 95 of 100 cases
    difference: float
    low: float
    high: float
    #: how probable so great a difference is by chance
    p: float
    #: whether there are too few decisions to say anything; p is then 1
    too_few: bool
    sentence: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Bin:
    """Requests whose agent stated about the same confidence."""

    #: stated confidence, from and until (the second one left out, but for 1)
    from_: float
    until: float
    #: mean of what was stated, None where n is 0
    stated: float | None
    #: approved unedited and not gone wrong, among what people decided or judged as a sample
    clean: Rate


@dataclass(frozen=True, slots=True, kw_only=True)
class Calibration:
    """How far an agent's stated confidence at one action is what came true."""

    agent: str
    action: str
    n: int
    bins: tuple[Bin, ...]
    #: mean squared distance of the stated confidence from what came true (0 is best)
    brier: float
    #: expected calibration error: mean distance between stated and true, over bins
    ece: float
    #: that part of it which chance does not explain
    certain: float
    #: whether it is bad enough to look into
    is_off: bool
    too_few: bool
    sentence: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Load:
    """What one reviewer decides; told of everybody, whether overloaded or not."""

    reviewer: str
    decided: int
    days: int
    per_day: float
    most: int
    waiting: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Findings:
    """All that was found in a period, the gravest first within each kind."""

    rubber_stamps: tuple[RubberStamp, ...] = ()
    overloads: tuple[Overload, ...] = ()
    ceremonial_gates: tuple[CeremonialGate, ...] = ()
    #: versions that differ from the one before, and those with too few decisions to say
    drifts: tuple[Drift, ...] = ()
    #: of every agent and action that states its confidence
    calibrations: tuple[Calibration, ...] = ()
    loads: tuple[Load, ...] = ()
