"""The condition of a rule: it may read history, and what it reads is known before it is asked."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache

from bot.policy.conditions import Condition, condition_over
from bot.policy.problems import UnfitError
from bot.policy.reading import RULE_SHAPE, STRANGE, Reading, reading


@dataclass(frozen=True, slots=True, kw_only=True)
class RuleCondition:
    """A condition and what it reads."""

    condition: Condition
    reading: Reading

    @property
    def text(self) -> str:
        """As the policy writes it."""
        return self.condition.text


@lru_cache(maxsize=1024)
def compiled_rule(text: str) -> RuleCondition:
    """The condition of a rule that a text is; raises UnfitError with a sentence."""
    condition, read = condition_over(text, RULE_SHAPE), reading(text)
    if condition.roots != {path[0] for path in read.paths}:
        # Two readers of one text that do not agree: nothing may hang on which of them is right.
        raise UnfitError(STRANGE)
    return RuleCondition(condition=condition, reading=read)
