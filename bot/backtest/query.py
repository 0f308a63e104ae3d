"""Which part of the past a backtest looks at."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from bot.backtest.past import Past


@dataclass(frozen=True, slots=True, kw_only=True)
class BacktestQuery:
    """Times are aware and in UTC; None where there is no bound."""

    #: requests before it are only counted as history
    since: datetime | None = None
    #: requests from then on are left out
    until: datetime | None = None
    #: other agents' requests are only counted as history
    agent: str | None = None

    def counts(self, past: Past) -> bool:
        """Whether a request is one of those that are compared."""
        wanted = self.agent is None or past.agent == self.agent
        return wanted and (self.since is None or past.created_at >= self.since)
