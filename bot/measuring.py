"""The line across which the measures are asked for."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol

from bot.domain.measures.findings import Findings
from bot.domain.measures.query import Page, Query
from bot.domain.measures.report import Report


class Measures(Protocol):
    """Numbers from the stored record, a few seconds behind it at most. All raise `Busy` when it is away."""

    async def report(self, query: Query) -> Report:
        """Counts, rates and times."""

    async def findings(self, query: Query) -> Findings:
        """What the numbers give reason to look into; `by` and `weekly` play no part.

        An agent is told of its own drift and calibration, a person who leads nothing of their own load.
        """

    async def requests(self, query: Query, page: Page) -> Sequence[str]:
        """Ids of the requests behind a number, newest first; no more than the asker may see."""
