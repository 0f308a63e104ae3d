"""Replaying the past under a candidate policy, one request after the other."""

from __future__ import annotations

import heapq
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal
from typing import Protocol

from bot.backtest.counted import Counted
from bot.backtest.past import UNASKED, Past, Verdict
from bot.backtest.query import BacktestQuery
from bot.backtest.tally import Tally
from bot.domain.errors import Forbidden, Invalid
from bot.domain.history import History, HistoryScope
from bot.domain.invariants import Bounds, upheld
from bot.domain.packet import ReviewPacket
from bot.domain.request import Proposal, Ruling
from bot.domain.rules import Deferred
from bot.submissions import Asked, Assessment

#: stands in a ruling for the pause that was in force then; its words are shown to nobody
_PAUSED = Bounds(irreversible=False, paused="Approving was paused.")


class Candidate(Protocol):
    """A policy that could be in force."""

    @property
    def version(self) -> str:
        """The version that its rulings name."""

    def assess(self, agent: str, packet: ReviewPacket, asked: Asked, now: datetime) -> Assessment:
        """As `PolicyView.assess`."""


@dataclass(order=True, slots=True)
class _Decided:
    at: datetime
    approved: bool = field(compare=False)
    scope: HistoryScope = field(compare=False)


class Replay:
    """Rules on requests as the candidate would have, in the order in which they came."""

    def __init__(self, candidate: Candidate) -> None:
        self.tally = Tally()
        self._candidate = candidate
        self._counted = Counted()
        #: decisions of people that come after the requests so far, the earliest first
        self._ahead: list[_Decided] = []

    def run(self, past: Iterable[Past | None], query: BacktestQuery) -> None:
        """Replay requests, oldest first; those that the query does not mean are only counted as history.

        None stands for a request of which it was erased what it asked.
        """
        for one in past:
            if one is None:
                self.tally.erased += 1
                continue
            self._decide_until(one.created_at)
            self._replay(one, counts=query.counts(one))

    def _replay(self, past: Past, *, counts: bool) -> None:
        try:
            asked = Asked(route=past.route)
            assessment = self._candidate.assess(past.agent, past.packet, asked, past.created_at)
        except (Invalid, Forbidden) as error:
            if counts:
                self.tally.turn_away(error)
            return
        scope = _scope(past, assessment.proposal)
        ruling = self._ruling(past, assessment, scope)
        self._count(past, assessment.proposal, scope, ruling)
        if counts:
            self.tally.count(past, ruling.rule, ruling.mode)

    def _ruling(self, past: Past, assessment: Assessment, scope: HistoryScope) -> Ruling:
        deferred = assessment.deferred
        ruling = assessment.proposal.ruling
        if deferred is not None:
            ruling = deferred.decide(self._history(past, deferred, scope))
        return upheld(ruling, _PAUSED) if past.paused else ruling

    def _history(self, past: Past, deferred: Deferred, scope: HistoryScope) -> History:
        """What was read then; what its own rulings would have changed is counted anew."""
        known: dict[str, int | Decimal] = {
            name: value
            for name, value in past.history.items()
            if past.policy_version == self._candidate.version or "automatic" not in name
        }
        if deferred.needs - known.keys():
            known = {**self._counted.history(scope, past.created_at).values(deferred.needs), **known}
        return History(**known)  # type: ignore[arg-type]  # every value has its field's type

    def _count(self, past: Past, proposal: Proposal, scope: HistoryScope, ruling: Ruling) -> None:
        runs = ruling.mode in UNASKED
        self._counted.submitted(scope, past.created_at, proposal.amount, runs=runs)
        if past.decided_at is not None and past.verdict is not Verdict.NONE:
            approved = past.verdict is not Verdict.REJECTED
            heapq.heappush(self._ahead, _Decided(past.decided_at, approved, scope))

    def _decide_until(self, moment: datetime) -> None:
        while self._ahead and self._ahead[0].at <= moment:
            decided = heapq.heappop(self._ahead)
            self._counted.decided(decided.scope, decided.at, approved=decided.approved)


def _scope(past: Past, proposal: Proposal) -> HistoryScope:
    return HistoryScope(
        agent=past.agent, action=proposal.action, subject=proposal.subject, currency=proposal.currency
    )
