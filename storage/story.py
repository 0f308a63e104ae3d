"""A request as its audit events tell it, beginning with nothing but them."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import Row

from bot.domain.events import EventKind
from bot.domain.status import DecisionType, Status
from storage import codec
from storage.promises import FACT, FOLLOWED, STATE

_ENDS = {EventKind.REQUEST_EXPIRED: Status.EXPIRED, EventKind.REQUEST_CANCELLED: Status.CANCELLED}
#: what a submission was ruled by
_RULING = ("mode", "rule", "policy_version")
_DECIDES = (EventKind.REQUEST_RULED, EventKind.REQUEST_DECIDED)


@dataclass(slots=True)
class Story:
    """What a request's row, packets and receipt have to be."""

    agent: str | None = None
    action: str | None = None
    digest: str | None = None
    revision: int = 1
    status: str = Status.PENDING.value
    decision: str | None = None
    deciders: tuple[str, ...] = ()
    decided_in: str | None = None
    redemption: str | None = None
    outcome: str | None = None
    is_erased: bool = False
    #: what else a receipt has to say, by its name there; nothing that an edit may have changed
    claims: dict[str, Any] = field(default_factory=dict)
    #: by name; that of the row is the last event's, and there is none where it makes none
    promises: dict[str, str] = field(default_factory=dict)

    def tell(self, event: Row[Any]) -> None:
        """Go on by one event; raises ValueError, KeyError or TypeError for what cannot be read."""
        kind, facts = EventKind(event.kind), codec.from_text(event.facts, dict[str, Any])
        for name in (STATE, FOLLOWED):
            self.promises.pop(name, None)
        self.promises |= facts.get(FACT, {})
        if kind is EventKind.REQUEST_SUBMITTED:
            self.agent, self.action = event.actor.removeprefix("agent:"), facts["action"]
            self.digest = facts["digest"]
            self.claims = {name: facts[name] for name in _RULING if name in facts}
        elif kind is EventKind.REQUEST_EDITED:
            self.claims = {}
            self.revision, self.digest = facts["revision"], facts["digest"]
        elif kind is EventKind.APPROVAL_REDEEMED:
            self.redemption = facts["redemption_id"]
        elif kind is EventKind.OUTCOME_REPORTED:
            self.outcome = facts["status"]
        elif kind is EventKind.REQUEST_ERASED:
            self.is_erased = True
        elif kind in _ENDS:
            self.status = _ENDS[kind].value
        elif kind in _DECIDES:
            self._decided(event, facts)

    def _decided(self, event: Row[Any], facts: dict[str, Any]) -> None:
        self.decision, self.deciders = facts["decision"], tuple(facts.get("by", ()))
        is_no = self.decision == DecisionType.REJECT.value
        self.status = (Status.REJECTED if is_no else Status.APPROVED).value
        self.decided_in = event.hash
        self.claims |= {name: facts[name] for name in ("policy_version",) if name in facts}


def told(events: Iterable[Row[Any]]) -> Story:
    """The story of a request's events, in their order."""
    story = Story()
    for event in events:
        story.tell(event)
    return story
