"""The ledger: what the outside was promised, and what it was told."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, field
from typing import TypeAlias

#: ids and bodies under which one callback arrived
Arrivals: TypeAlias = set[tuple[str, bytes]]


@dataclass(slots=True)
class Ledger:
    """Only what was acknowledged is in here; what was asked and not answered may be or not be."""

    #: idempotency key to the ids that answered it with a success
    accepted: dict[str, set[str]] = field(default_factory=lambda: defaultdict(set))
    #: requests on which a press was acknowledged before the person had to wait
    pressed: set[str] = field(default_factory=set)
    #: requests that were withdrawn
    cancelled: set[str] = field(default_factory=set)
    #: request to the redemption ids that took it
    redeemed: dict[str, set[str]] = field(default_factory=lambda: defaultdict(set))
    #: requests whose outcome was reported
    outcomes: set[str] = field(default_factory=set)
    #: words that an agent said, and of which request
    said: dict[str, str] = field(default_factory=dict)
    #: request and callback type to what arrived
    callbacks: dict[tuple[str, str], Arrivals] = field(default_factory=lambda: defaultdict(set))

    #: how often an agent was told to come back later
    turned_away: int = 0

    @property
    def ids(self) -> set[str]:
        """Every request that was accepted."""
        return set().union(*self.accepted.values())

    @property
    def acknowledged(self) -> int:
        """How much of everything, to see that it goes on."""
        return len(self.ids) + len(self.redeemed) + len(self.pressed)

    def figures(self) -> str:
        """In one line."""
        return (
            f"{len(self.ids)} requests accepted, {len(self.pressed)} presses,"
            f" {len(self.redeemed)} redemptions, {len(self.outcomes)} outcomes,"
            f" {len(self.cancelled)} withdrawals, {len(self.said)} messages acknowledged,"
            f" {len(self.callbacks)} callbacks taken"
        )
