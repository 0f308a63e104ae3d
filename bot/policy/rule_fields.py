"""What a rule is written with: what it demands, when it is looked at again, how much of it is sampled."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from typing import Annotated

from pydantic import BeforeValidator, Field

from bot.domain.autonomy.ladder import Rung
from bot.domain.invariants import READ_ONLY
from bot.domain.rules import ASKED_FOR_HUMAN, DEFAULT
from bot.domain.status import Mode
from bot.policy.durations import parse_duration
from bot.policy.fields import Text, name_of, text_of, told
from bot.policy.problems import UnfitError
from bot.policy.rule_conditions import RuleCondition, compiled_rule
from bot.spelling import did_you_mean, listed

#: the rule of what an agent may do alone
ALONE = "alone"
#: the rule of what a person always decides
ALWAYS_ASK = "always-ask"
#: the rule of what an agent was never let ask for
OUT_OF_SCOPE = "out-of-scope"
#: names of rulings that no rule of the file makes
RESERVED = (DEFAULT, READ_ONLY, ASKED_FOR_HUMAN, ALONE, ALWAYS_ASK, OUT_OF_SCOPE)

_PLAIN = tuple(mode.value for mode in Mode if mode is not Mode.VETO)
_VETO = "{veto: 10m}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Then:
    """What a rule demands of the requests that it takes."""

    mode: Mode
    #: for `veto`, in working time
    window: timedelta | None = None

    @property
    def rung(self) -> Rung:
        """The same on a ladder."""
        return Rung(mode=self.mode, window=self.window)


def _then(value: object) -> Then:
    if isinstance(value, dict) and list(value) == [Mode.VETO.value]:
        return Then(mode=Mode.VETO, window=parse_duration(value[Mode.VETO.value]))
    if value == Mode.VETO.value:
        raise UnfitError(f"A veto needs the time in which people may object; write {_VETO}.")
    if isinstance(value, str) and value in _PLAIN:
        return Then(mode=Mode(value))
    said = f'"{value}"' if isinstance(value, str | int | float) else "This"
    remedy = did_you_mean(str(value), _PLAIN) or f" Write {listed((*_PLAIN, _VETO), 'or')}."
    raise UnfitError(f"{said} is nothing that a rule can demand.{remedy}")


def _date(value: object) -> date:
    try:
        return date.fromisoformat(value) if isinstance(value, str) and len(value) == 10 else _no_date(value)
    except ValueError:
        return _no_date(value)


def _no_date(value: object) -> date:
    raise UnfitError(f'"{value}" is no date; write one such as 2027-02-01.')


def _share(value: object) -> float:
    if isinstance(value, int | float) and not isinstance(value, bool) and 0 <= value <= 1:
        return float(value)
    raise UnfitError(f'"{value}" is no share; write a number from 0 to 1, such as 0.1 for one in ten.')


def _rule_name(value: object) -> str:
    name = name_of(value)
    if name in RESERVED:
        raise UnfitError(f'"{name}" stands for what no rule of the policy decided; choose another name.')
    return name


RuleName = Annotated[str, BeforeValidator(told(_rule_name))]
ThenText = Annotated[Then, BeforeValidator(told(_then))]
DateText = Annotated[date, BeforeValidator(told(_date))]
Share = Annotated[float, BeforeValidator(told(_share))]
Why = Annotated[Text, Field(max_length=300)]
RuleConditionText = Annotated[
    RuleCondition, BeforeValidator(told(lambda value: compiled_rule(text_of(value))))
]
