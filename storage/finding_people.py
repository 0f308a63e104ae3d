"""Requests that somebody's data are in, found by going over all of them: nothing indexes people."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from sqlalchemy import Connection, or_, select

from bot.domain.request import Proposal
from storage import codec
from storage.tables import ApprovalRow

_approval = ApprovalRow.__table__  # type: ignore[attr-defined]  # SQLModel adds it at class creation


@dataclass(frozen=True, slots=True, kw_only=True)
class Found:
    """One request, and whether it, or a check of it, still waits."""

    id: str
    is_pending: bool


def about(connection: Connection, subject: str) -> Iterator[Found]:
    """Requests about a subject or on behalf of it, by the id that the agent gave, oldest first."""
    text = codec.to_text(subject)
    named = [
        _approval.c.proposal.contains(f'"{name}":{text}', autoescape=True)
        for name in ("subject", "on_behalf_of")
    ]
    query = select(_approval.c.id, _approval.c.ended_at, _approval.c.due_at, _approval.c.proposal).where(
        or_(*named)
    )
    ordered = query.where(_approval.c.erased_at.is_(None)).order_by(_approval.c.id)
    for row in connection.execute(ordered, execution_options={"yield_per": 500}):
        if _names(codec.proposal(row.proposal), subject):
            yield Found(id=row.id, is_pending=row.ended_at is None or row.due_at is not None)


def naming(connection: Connection, person: str) -> Iterator[str]:
    """Requests in whose progress a person of the policy is named, oldest first; the fold looks closer."""
    named = _approval.c.progress.contains(codec.to_text(person), autoescape=True)
    query = select(_approval.c.id).where(named).order_by(_approval.c.id)
    yield from connection.execute(query, execution_options={"yield_per": 500}).scalars()


def _names(proposal: Proposal, subject: str) -> bool:
    return subject in (proposal.subject, proposal.on_behalf_of)
