"""An audit event as readers are given it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

#: facts that prove something and say nothing to a reader
PROOFS = ("promises", "commitments")


@dataclass(frozen=True, slots=True, kw_only=True)
class ToldEvent:
    """One event of one subject."""

    subject: str
    seq: int
    kind: str
    actor: str
    at: datetime
    facts: Mapping[str, Any]
    #: what may be erased, by name; empty where it was, or where there was nothing
    private: Mapping[str, str] = field(default_factory=dict)
    hash: str
    #: None while it lies under none
    seal: int | None = None

    @property
    def was_forgotten(self) -> bool:
        """Whether it had something private that was erased."""
        return bool(self.facts.get("commitments")) and not self.private

    @property
    def plain(self) -> dict[str, Any]:
        """Its facts but for those that only prove something."""
        return {name: value for name, value in self.facts.items() if name not in PROOFS and value is not None}

    @property
    def person(self) -> str | None:
        """The person who did it, as the policy names them."""
        kind, _, name = self.actor.partition(":")
        return name if kind == "person" else None
