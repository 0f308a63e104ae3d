"""Counts as they are taken: by key, and below it by action, day and currency."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any, NamedTuple, TypeAlias

from bot.domain.events import Event, EventKind
from bot.domain.invariants import READ_ONLY
from bot.domain.request import ApprovalRequest, Proposal
from bot.domain.status import DecisionType, Mode
from storage.history_amounts import MOST, to_units
from storage.history_keys import action_part, agent_action_key, agent_key, subject_key

#: action (perhaps empty), day, currency (perhaps empty)
Cell: TypeAlias = tuple[str, int, str]

#: microseconds of a day
DAY = 86_400_000_000
#: days that are kept singly: today and those before it
MONTH = 30
#: the day that stands for all that are not kept singly
EVER = 0

#: modes in which nobody is waited for
AUTOMATIC = (Mode.AUTO, Mode.NOTIFY, Mode.VETO)


class Counts(NamedTuple):
    """The numbers of one cell; cells may share one."""

    submitted: int = 0
    automatic: int = 0
    approved: int = 0
    rejected: int = 0
    #: in ten-thousandths
    amount: int = 0

    def plus(self, other: Counts) -> Counts:
        """Both, added up."""
        return Counts(
            self.submitted + other.submitted,
            self.automatic + other.automatic,
            self.approved + other.approved,
            self.rejected + other.rejected,
            min(self.amount + other.amount, MOST),
        )


_ASKED = Counts(submitted=1)


@dataclass(slots=True)
class Tally:
    """Counts that may still grow."""

    #: the day that is counted for, in days since 1970
    day: int
    cells: dict[str, dict[Cell, Counts]] = field(default_factory=dict)

    def submitted(self, request: ApprovalRequest) -> None:
        """Count a request that was taken in, by the ruling it was opened under."""
        proposal = request.proposal
        automatic = proposal.ruling.mode in AUTOMATIC
        counts, currency = _ASKED, ""
        if automatic:
            units, currency = _used_by(proposal)
            counts = Counts(submitted=1, automatic=1, amount=units)
        self._about(request, counts, currency)
        if automatic and proposal.ruling.rule != READ_ONLY:
            self.add(agent_key(request.agent), ("", self.day, currency), counts)

    def without(self, request: ApprovalRequest, day: int) -> None:
        """Take back that a request was submitted on some day."""
        own = Tally(day)
        own._about(request, Counts(submitted=-1))
        for key in self.cells.keys() & own.cells.keys():
            for cell, counts in own.cells[key].items():
                self.add(key, cell, counts)

    def happened(self, request: ApprovalRequest, events: Iterable[Event]) -> None:
        """Count what people decided in these events of a request."""
        for event in events:
            if not event.actor.startswith("person:"):
                continue  # that nobody objected is nothing that people said
            if event.kind is EventKind.REQUEST_DECIDED:
                rejects = event.facts.get("decision") == DecisionType.REJECT.value
                self._about(request, Counts(rejected=1) if rejects else Counts(approved=1))
            elif event.kind is EventKind.REQUEST_REVERTED:
                self._about(request, Counts(rejected=1))

    def add(self, key: str, cell: Cell, counts: Counts) -> None:
        """Count something in a cell."""
        below = self.cells.get(key)
        if below is None:
            below = self.cells[key] = {}
        found = below.get(cell)
        below[cell] = counts if found is None else found.plus(counts)

    def rows(self, shard: int) -> list[Mapping[str, Any]]:
        """Rows to be added to those that are stored, in one order in every process."""
        return [
            {
                "key": key,
                "action": action,
                "day": day,
                "currency": currency,
                "shard": shard,
                "submitted": counts.submitted,
                "automatic": counts.automatic,
                "approved": counts.approved,
                "rejected": counts.rejected,
                "amount": counts.amount,
            }
            for key, below in sorted(self.cells.items())
            for (action, day, currency), counts in sorted(below.items(), key=lambda item: item[0])
        ]

    def _about(self, request: ApprovalRequest, counts: Counts, currency: str = "") -> None:
        proposal = request.proposal
        self.add(agent_action_key(request.agent, proposal.action), ("", self.day, currency), counts)
        if proposal.subject is not None:
            cell = (action_part(proposal.action), self.day, currency)
            self.add(subject_key(proposal.subject), cell, counts)


def _used_by(proposal: Proposal) -> tuple[int, str]:
    """What it counts for in money, with the currency; empty where it has none."""
    if proposal.amount is None or not proposal.currency:
        return 0, ""
    return to_units(proposal.amount), proposal.currency
