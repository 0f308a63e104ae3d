"""Between rows and the frozen domain."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from sqlalchemy import Row

from bot.domain.precedence import precedence
from bot.domain.request import ApprovalRequest
from bot.domain.sameness import sameness
from bot.domain.status import Status
from bot.domain.terms import Terms
from storage import codec
from storage.stamps import from_stamp, stamp_or_none, to_stamp


def to_request(row: Row[Any], terms: Terms) -> ApprovalRequest:
    """The request that a row of `approval` holds."""
    return ApprovalRequest(
        id=row.id,
        agent=row.agent,
        created_at=from_stamp(row.created_at),
        status=Status(row.status),
        version=row.version,
        revision=row.revision,
        terms=terms,
        proposal=codec.proposal(row.proposal),
        progress=codec.progress(row.progress),
    )


def new_row(request: ApprovalRequest, terms_hash: str, salts: str | None = None) -> dict[str, Any]:
    """The columns of a request that is stored for the first time; the chain's head comes later."""
    return {
        "id": request.id,
        "agent": request.agent,
        "created_at": to_stamp(request.created_at),
        "action": request.proposal.action,
        "escalation_policy": request.terms.escalation_policy,
        "terms": terms_hash,
        "erased_at": None,
        "salts": salts,
        **changed_columns(request),
    }


def changed_columns(request: ApprovalRequest, proposed: Mapping[str, Any] | None = None) -> dict[str, Any]:
    """The columns that a move can change; most leave those of the proposal as they are (`proposed`)."""
    return {
        "status": request.status.value,
        "version": request.version,
        "revision": request.revision,
        "ended_at": stamp_or_none(request.progress.ended_at),
        "answered_at": stamp_or_none(_answered_at(request)),
        "due_at": stamp_or_none(request.due_at),
        "progress": codec.to_text(request.progress),
        **(proposed or proposed_columns(request)),
    }


def proposed_columns(request: ApprovalRequest) -> dict[str, Any]:
    """The columns that its proposal makes."""
    return {
        "precedence": precedence(request.proposal),
        "sameness": sameness(request),
        "proposal": codec.to_text(request.proposal),
    }


def stored_proposed_columns(row: Row[Any]) -> dict[str, Any]:
    """The same of a request that is stored."""
    return {"precedence": row.precedence, "sameness": row.sameness, "proposal": row.proposal}


def _answered_at(request: ApprovalRequest) -> datetime | None:
    decision = request.progress.decision
    return decision.decided_at if decision is not None and decision.by else None


def snapshot(request: ApprovalRequest, columns: Mapping[str, Any]) -> str:
    """The moving parts of a request as JSON text, for a callback that tells of this very state."""
    return (
        f'{{"status":"{columns["status"]}","version":{request.version},"revision":{request.revision},'
        f'"proposal":{columns["proposal"]},"progress":{columns["progress"]}}}'
    )


def from_snapshot(text: str, row: Row[Any], terms: Terms) -> ApprovalRequest:
    """The request as a snapshot holds it; what never changes comes from its row."""
    return codec.snapshot(text).request(
        id=row.id, agent=row.agent, created_at=from_stamp(row.created_at), terms=terms
    )


def row_snapshot(row: Row[Any]) -> str:
    """The snapshot of a row as it stands."""
    return (
        f'{{"status":"{row.status}","version":{row.version},"revision":{row.revision},'
        f'"proposal":{row.proposal},"progress":{row.progress}}}'
    )
