"""Oversight of rules, put together: what moves them, and what asks their owners."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from datetime import timedelta

from bot.autonomy import Autonomy
from bot.measuring import Measures
from bot.policy import Policy
from bot.ports import Clock
from bot.rule_reviewing import RuleReviewing
from bot.rule_reviews import RuleReviews
from bot.steering import SteeringStore


class Oversight:
    """The parts, and what goes on by itself."""

    def __init__(
        self,
        *,
        measures: Measures,
        steering: SteeringStore,
        reviews: RuleReviews,
        policy: Callable[[], Policy],
        clock: Clock,
    ) -> None:
        self.autonomy = Autonomy(measures=measures, steering=steering, policy=policy, clock=clock)
        self.reviewing = RuleReviewing(reviews=reviews, autonomy=self.autonomy, policy=policy, clock=clock)

    def steps(self) -> Mapping[str, Callable[[], Awaitable[timedelta]]]:
        """Steps for loops, by what they do."""
        return {
            "looking whether rules keep their autonomy": self.autonomy.step,
            "asking the owners of rules": self.reviewing.step,
        }
