"""Measures that say what a test has them say."""

from collections.abc import Sequence
from dataclasses import dataclass, field

from bot.domain.measures.findings import Findings
from bot.domain.measures.query import Dimension, Page, Query
from bot.domain.measures.report import Report, Row


@dataclass(slots=True)
class FakeMeasures:
    """`bot.measuring.Measures` of what each rule is said to have done."""

    by_rule: dict[str, Row] = field(default_factory=dict)

    async def report(self, query: Query) -> Report:
        """The total of the rule that is asked for."""
        row = self.by_rule.get(query.where.get(Dimension.RULE, ""), Row())
        return Report(period=query.period, by=query.by, total=row)

    async def findings(self, query: Query) -> Findings:
        """None."""
        return Findings()

    async def requests(self, query: Query, page: Page) -> Sequence[str]:
        """None."""
        return ()
