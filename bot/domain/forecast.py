"""What is to be expected: when others are asked, when the request ends, how long people will take."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from statistics import median

from bot.domain import escalation
from bot.domain.hours import after, worked
from bot.domain.request import ApprovalRequest
from bot.domain.terms import Step

#: an end further away than this is not worth foretelling
HORIZON = timedelta(days=3660)


@dataclass(frozen=True, slots=True, kw_only=True)
class Turnaround:
    """From when to when people took to decide a request."""

    asked_at: datetime
    decided_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Queue:
    """How the wait of a request stood at a moment."""

    #: 1 when it is the oldest that waits under its escalation policy
    position: int
    #: None while too little is known, and when it waits for longer than any lately did
    expected_wait: timedelta | None
    at: datetime


def expected_wait(request: ApprovalRequest, recent: Iterable[Turnaround], now: datetime) -> timedelta | None:
    """How long it will still take, by the median of the recent ones that took longer than this one so far.

    Measured and told in working hours: what took an hour takes until Monday when the hour begins on a Friday
    at closing time. None when nothing recent says anything about it.
    """
    hours = escalation.working_hours(request)
    so_far = worked(request.created_at, now, hours)
    took = (worked(each.asked_at, each.decided_at, hours) for each in recent)
    left = [(each - so_far).total_seconds() for each in took if each > so_far]
    return after(now, timedelta(seconds=median(left)), hours) - now if left else None


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
    progress = request.progress
    if progress.veto_ends_at is not None:
        return progress.veto_ends_at
    ends_at = progress.step_ends_at
    if ends_at is None:
        return None
    furthest = ends_at + HORIZON
    for number, _ in escalation.following(request.terms, progress.step, progress.round):
        step = request.terms.steps[number - 1]
        ends_at = after(ends_at, step.wait, escalation.working_hours(request, step))
        if ends_at > furthest:
            return None
    return ends_at


def _comes_first(deadline: datetime | None, at: datetime) -> bool:
    return deadline is not None and deadline <= at
