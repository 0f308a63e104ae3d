"""What a dry run answers: the ruling that a submission would get, and how it came to it."""

from __future__ import annotations

from typing import Annotated, Literal

from msgspec import Meta, Struct

from adapters.agents.resource import ActionShown, ModeWord, PersonShown, RulingShown


class StepShown(Struct, frozen=True, kw_only=True, gc=False):
    """One step of the escalation policy."""

    to: Annotated[list[str], Meta(description="Channels, groups and people, as the policy names them.")]
    wait_s: int


class LookedAt(Struct, frozen=True, kw_only=True, gc=False):
    """One thing that the policy looked at on its way to the ruling."""

    about: Literal[
        "scope", "action", "bounds", "history", "rule", "ruling", "route", "escalation", "reviewers"
    ]
    name: Annotated[str | None, Meta(description="Of the rule, the route or the escalation policy.")]
    result: Annotated[
        str | None,
        Meta(description="Of a rule and a route: `took`, `passed`, or `untold` where a value was missing."),
    ]
    sentence: str


class Assessed(Struct, frozen=True, kw_only=True, gc=False):
    """What a submission would come to; nothing was stored and nobody was asked."""

    action: ActionShown
    mode: ModeWord
    ruling: RulingShown
    policy_version: str
    route: str | None
    escalation_policy: str
    steps: list[StepShown]
    choices: list[str]
    amount: Annotated[str | None, Meta(description="As rules, limits and cards use it.")]
    currency: str | None
    high_impact: bool
    reversible: bool
    could_approve: Annotated[list[PersonShown], Meta(description="Who could approve it now.")]
    trace: Annotated[list[LookedAt], Meta(description="How it came to this, step by step.")]
