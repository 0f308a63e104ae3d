"""`bot.measuring.Measures` on the sums that the roller keeps."""

from __future__ import annotations

from collections.abc import Sequence

from bot.domain.measures.findings import Findings
from bot.domain.measures.query import Page, Query
from bot.domain.measures.report import Report
from storage.measure_findings import findings
from storage.measure_reports import report
from storage.measure_requests import requests_behind
from storage.store import SqlStore
from storage.terms_book import TermsBook


class SqlMeasures:
    """Numbers on committed state."""

    def __init__(self, store: SqlStore) -> None:
        self._store = store
        self._terms = TermsBook()

    async def report(self, query: Query) -> Report:
        """Counts, rates and times."""
        return await self._store.query(lambda connection: report(connection, query))

    async def findings(self, query: Query) -> Findings:
        """What the numbers give reason to look into."""
        directory = self._store.directory()
        return await self._store.query(lambda connection: findings(connection, query, directory, self._terms))

    async def requests(self, query: Query, page: Page) -> Sequence[str]:
        """Ids of the requests behind a number, newest first."""
        return await self._store.query(lambda connection: requests_behind(connection, query, page))
