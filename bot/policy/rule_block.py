"""The blocks that say what needs a person: rules, and what they have to show to let more run."""

from __future__ import annotations

from typing import Annotated

from pydantic import BaseModel, Field, model_validator
from pydantic_core import PydanticCustomError

from bot.domain.autonomy.evidence import Demands
from bot.domain.autonomy.ladder import Ladder, ladder
from bot.domain.invariants import UNASKED
from bot.domain.status import Mode
from bot.policy.block import STRICT
from bot.policy.fields import Name, Pattern
from bot.policy.rule_fields import DateText, RuleConditionText, RuleName, Share, ThenText, Why


class RuleBlock(BaseModel):
    """One rule: which requests it takes, and what it demands of them."""

    model_config = STRICT

    name: RuleName
    owner: Name
    why: Why
    match: Pattern = "*"
    when: RuleConditionText | None = None
    then: ThenText
    sample: Share = 0.0
    shadow: bool = False
    review_by: DateText | None = None
    may_become: list[ThenText] = []

    @model_validator(mode="after")
    def _goes_upward(self) -> RuleBlock:
        if self.may_become and self.then.mode is Mode.REFUSE:
            raise PydanticCustomError(
                "sentence", "A rule that refuses becomes nothing else; leave may_become out."
            )
        if any(step.mode is Mode.REFUSE for step in self.may_become):
            raise PydanticCustomError("sentence", "A rule earns no refusals; name veto, notify or auto.")
        try:
            self.ladder  # noqa: B018 - a ladder that cannot be made says why
        except ValueError as error:
            raise PydanticCustomError(
                "sentence",
                f"Each step has to let more run than the one before it, but {error}; the order is gate, veto,"
                " notify, auto.",
            ) from None
        return self

    @property
    def ladder(self) -> Ladder | None:
        """What it can be moved on; None for a refusal."""
        if self.then.mode is Mode.REFUSE:
            return None
        return ladder(self.then.rung, (step.rung for step in self.may_become))

    @property
    def lets_run(self) -> bool:
        """Whether something may run under it that no person decided."""
        return any(step.mode in UNASKED for step in (self.then, *self.may_become))


class AutonomyBlock(BaseModel):
    """What rules have to show before they let more run, and to go on."""

    model_config = STRICT

    at_least: Annotated[int, Field(ge=1, le=1_000_000)] = Demands().at_least
    approved: Share = Demands().approved
    errors: Share = Demands().errors

    @property
    def demands(self) -> Demands:
        """The same for the domain."""
        return Demands(at_least=self.at_least, approved=self.approved, errors=self.errors)
