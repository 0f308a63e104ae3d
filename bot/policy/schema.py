"""The blocks of `policy.yml`, as they are written."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import BaseModel, Field, model_validator
from pydantic_core import PydanticCustomError

from bot.policy.action_fields import (
    ConditionText,
    CurrencyText,
    MaskText,
    PathText,
    RequirementText,
    RetentionText,
    SchemaBlock,
    TemplateText,
)
from bot.policy.block import STRICT
from bot.policy.derive import Derivation
from bot.policy.fields import (
    ActionName,
    ClockTime,
    Days,
    Duration,
    Host,
    MoneyText,
    Name,
    Pattern,
    SlackUsergroup,
    SlackUsers,
    TargetText,
    TeamsTeam,
    TeamsUsers,
    Text,
    Url,
    Zone,
)
from bot.policy.rule_block import AutonomyBlock, RuleBlock

#: amounts are counted up to a trillion
_MOST_A_DAY = 999_999_999_999


class Block(BaseModel):
    """Any block: nothing unknown, nothing bent into shape."""

    model_config = STRICT


class DefaultsBlock(Block):
    """What holds where nothing else is said."""

    escalation_policy: Name
    retention: RetentionText | None = None


class PersonBlock(Block):
    """Somebody who may decide."""

    name: Text | None = None
    slack: SlackUsers = ()
    teams: TeamsUsers = ()
    email: Text | None = None
    limits: dict[Pattern, MoneyText] = {}
    denied: list[Pattern] = []

    @property
    def accounts(self) -> dict[str, tuple[str, ...]]:
        """By platform, the accounts there."""
        return {"slack": self.slack, "teams": self.teams}


class HoursBlock(Block):
    """Working hours."""

    days: Days
    from_: Annotated[ClockTime, Field(alias="from")]
    to: ClockTime
    zone: Zone

    @model_validator(mode="after")
    def _opens_before_it_closes(self) -> HoursBlock:
        if self.from_ >= self.to:
            raise PydanticCustomError(
                "sentence",
                "These hours are empty: they end before they begin. Hours past midnight are not supported.",
            )
        return self


class GroupBlock(Block):
    """People under one name: listed, looked up live, or both."""

    members: list[Name] = []
    slack_usergroup: SlackUsergroup | None = None
    teams_team: TeamsTeam | None = None
    hours: HoursBlock | None = None

    @property
    def live(self) -> dict[str, str]:
        """By platform, where its people are looked up."""
        sources = {"slack": self.slack_usergroup, "teams": self.teams_team}
        return {platform: source for platform, source in sources.items() if source is not None}


class CallbackBlock(Block):
    """Where decisions are sent."""

    url: Url


class BudgetBlock(Block):
    """What an agent may do by itself in a day."""

    automatic_per_day: Annotated[int, Field(ge=0, le=1_000_000_000)] | None = None
    amount_per_day: MoneyText | None = None

    @model_validator(mode="after")
    def _limits_something(self) -> BudgetBlock:
        if self.automatic_per_day is None and self.amount_per_day is None:
            raise PydanticCustomError(
                "sentence", "This budget limits nothing; give automatic_per_day, amount_per_day or both."
            )
        if self.amount_per_day is not None and self.amount_per_day.amount > _MOST_A_DAY:
            raise PydanticCustomError(
                "sentence", "This budget is beyond what can be counted; give less than a trillion."
            )
        return self


class AgentBlock(Block):
    """An agent that may ask."""

    owner: Name
    actions: Annotated[list[Pattern], Field(min_length=1)] = ["*"]
    alone: list[Pattern] = []
    always_ask: list[Pattern] = []
    may_route: list[Name] = []
    callback: CallbackBlock | None = None
    callback_hosts: list[Host] = []
    open_requests: Annotated[int, Field(ge=1, le=1_000_000)] = 200
    budget: BudgetBlock | None = None


class ActionBlock(Block):
    """An action: who answers for it, what it needs, how its facts are derived."""

    owner: Name
    effect: Literal["read", "write"] = "write"
    oversight: Literal["always", "scored"] = "scored"
    reversible: bool | None = None
    urgent: bool = False
    impact: Literal["low", "medium", "high"] | None = None
    requires: list[RequirementText] = []
    amount: PathText | None = None
    currency: CurrencyText | None = None
    summary: TemplateText | None = None
    arguments: SchemaBlock | None = None
    mask: list[MaskText] = []
    valid_for: Duration | None = None
    retention: RetentionText | None = None
    confirm: Literal["type", "browser"] | None = None
    confirm_word: PathText | None = None

    @property
    def derivation(self) -> Derivation:
        """How amount, currency and summary are found."""
        return Derivation(amount=self.amount, currency=self.currency, summary=self.summary)


class RouteBlock(Block):
    """Which requests go to which escalation policy."""

    name: Name
    match: Pattern = "*"
    escalation_policy: Name
    when: ConditionText | None = None


class QuorumBlock(Block):
    """How many votes decide, and whose."""

    approve: Annotated[int, Field(ge=1, le=50)] = 1
    reject: Annotated[int, Field(ge=1, le=50)] = 1
    from_: Annotated[list[Name], Field(alias="from", min_length=1)]
    distinct_groups: bool = False


class StepBlock(Block):
    """Who is asked, how long to wait."""

    to: Annotated[list[TargetText], Field(min_length=1)]
    wait: Duration
    remind_every: Duration | None = None
    from_: Annotated[list[Name], Field(alias="from")] = []


class EscalationBlock(Block):
    """Who decides, who is asked in which order, and when."""

    quorum: QuorumBlock
    steps: Annotated[list[StepBlock], Field(min_length=1)]
    repeat: Annotated[int, Field(ge=0, le=100)] = 0
    claim_idle: Duration | None = None
    hours: HoursBlock | None = None


class Document(Block):
    """A whole policy."""

    owner: Name
    defaults: DefaultsBlock
    people: Annotated[dict[Name, PersonBlock], Field(min_length=1)]
    groups: dict[Name, GroupBlock] = {}
    leads: dict[Name, list[Pattern]] = {}
    agents: dict[Name, AgentBlock] = {}
    actions: dict[ActionName, ActionBlock] = {}
    rules: list[RuleBlock] = []
    autonomy: AutonomyBlock = AutonomyBlock()
    routes: list[RouteBlock] = []
    escalation_policies: Annotated[dict[Name, EscalationBlock], Field(min_length=1)]
