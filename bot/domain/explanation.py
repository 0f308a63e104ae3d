"""How the policy came to what it makes of a request, step by step and in sentences."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from bot.domain.directory import Person
from bot.domain.request import Proposal
from bot.domain.terms import Terms


class About(StrEnum):
    """What a step is about."""

    SCOPE = "scope"
    ACTION = "action"
    BOUNDS = "bounds"
    HISTORY = "history"
    RULE = "rule"
    RULING = "ruling"
    ROUTE = "route"
    ESCALATION = "escalation"
    REVIEWERS = "reviewers"


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """One thing that was looked at."""

    about: About
    #: of the rule or the route
    name: str | None = None
    #: what came of it: `took`, `passed`, `untold`
    result: str | None = None
    sentence: str
    #: what only people who read the policy are told: conditions, and limits of persons
    detail: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Explanation:
    """What the policy makes of a packet, and how."""

    proposal: Proposal
    terms: Terms
    steps: tuple[Step, ...]
    #: who could approve it now
    approvers: tuple[Person, ...]
