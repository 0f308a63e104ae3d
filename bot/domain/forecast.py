"""What will happen if nobody does anything: when the next step is asked, and when the request ends."""

from __future__ import annotations

from datetime import datetime, timedelta

from bot.domain import escalation
from bot.domain.hours import after
from bot.domain.request import ApprovalRequest
from bot.domain.terms import Step

#: an end further away than this is not worth foretelling
HORIZON = timedelta(days=3660)


def moves_on_at(request: ApprovalRequest) -> datetime | None:
    """When the next step is asked; None when no step follows, or something else comes first."""
    at = request.progress.step_ends_at
    if request.status.is_final or at is None or not escalation.has_next(request):
        return None
    return None if _comes_first(request.proposal.needed_by, at) else at


def expires_at(request: ApprovalRequest) -> datetime | None:
    """When the request ends by itself, be it approved because nobody objected; None when it has ended.

    Steps that will turn out to reach nobody are counted as if they were waited for, so it may end earlier.
    """
    if request.status.is_final:
        return None
    ends_at, needed_by = _last_step_ends_at(request), request.proposal.needed_by
    if ends_at is None or _comes_first(needed_by, ends_at):
        return needed_by
    return ends_at


def next_step(request: ApprovalRequest) -> tuple[int, int, Step] | None:
    """Number, round and definition of the step after the current one."""
    progress = request.progress
    for number, turn in escalation.following(request.terms, progress.step, progress.round):
        return number, turn, request.terms.steps[number - 1]
    return None


def _last_step_ends_at(request: ApprovalRequest) -> datetime | None:
    progress, hours = request.progress, escalation.working_hours(request)
    if progress.veto_ends_at is not None:
        return progress.veto_ends_at
    ends_at = progress.step_ends_at
    if ends_at is None:
        return None
    furthest = ends_at + HORIZON
    for number, _ in escalation.following(request.terms, progress.step, progress.round):
        ends_at = after(ends_at, request.terms.steps[number - 1].wait, hours)
        if ends_at > furthest:
            return None
    return ends_at


def _comes_first(deadline: datetime | None, at: datetime) -> bool:
    return deadline is not None and deadline <= at
