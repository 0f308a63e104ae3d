"""The small print of a card: what comes next while it waits, and what came of it once it is over."""

from __future__ import annotations

from collections.abc import Iterator

from bot.domain import forecast
from bot.domain.asking import open_questions
from bot.domain.attention import Claim
from bot.domain.authority import eligible
from bot.domain.card import Line
from bot.domain.card_facts import asked
from bot.domain.covering import covers
from bot.domain.directory import Directory
from bot.domain.forecast import Queue
from bot.domain.outcome import has_run
from bot.domain.request import ApprovalRequest
from bot.domain.sentences import REASONS, names
from bot.domain.status import OutcomeStatus, Status

#: enough of a digest to compare by eye: `sha256:` and twelve digits
DIGEST_SHOWN = 19
#: a card is no calendar
_MOST_COVERS = 3
_MOST_RATINGS = 5


def footer(request: ApprovalRequest, directory: Directory, queue: Queue | None = None) -> tuple[Line, ...]:
    """The lines, the most useful first; the last one identifies what was shown."""
    lines = _afterwards(request) if request.status.is_final else _ahead(request, directory, queue)
    return (*lines, *_rated(request, directory), ("Asked · ", request.created_at), _identity(request))


def _ahead(request: ApprovalRequest, directory: Directory, queue: Queue | None) -> Iterator[Line]:
    progress = request.progress
    for absent, cover in covers(directory, eligible(directory, request))[:_MOST_COVERS]:
        yield (f"{names(directory, (cover,))} covers for {names(directory, (absent,))}, who is away",)
    sent = progress.redirected
    if sent is not None:
        to = ", ".join(target.label for target in sent.to)
        yield (f"{names(directory, (sent.by,))} sent this to {to} · ", sent.at)
    if progress.claim is not None:
        yield (f"{_holder(progress.claim, directory)} · until ", progress.claim.lapses_at)
    for question in open_questions(request)[:1]:
        asker = names(directory, (question.person,))
        yield (f"Waiting for {request.agent} to answer {asker} · asked ", question.at)
    if not request.veto_open:
        yield from _queued(queue)
    moves_on_at, following = forecast.moves_on_at(request), forecast.next_step(request)
    if moves_on_at is not None and following is not None:
        yield (f"Moves on to step {following[0]} ({asked(following[2])}) · ", moves_on_at)
    expires_at = forecast.expires_at(request)
    if expires_at is not None and progress.veto_ends_at is None:
        yield ("Expires if nobody decides · ", expires_at)
    if request.proposal.needed_by is not None and request.proposal.needed_by != expires_at:
        yield ("Needed by · ", request.proposal.needed_by)


def _queued(queue: Queue | None) -> Iterator[Line]:
    """The place goes with its moment: a card is not drawn again whenever another one is decided."""
    if queue is None:
        return
    place = "Next in the queue" if queue.position == 1 else f"Number {queue.position} in the queue"
    yield (f"{place} · as of ", queue.at)
    if queue.expected_wait is not None:
        yield ("A decision is expected, as things went lately · ", queue.at + queue.expected_wait)


def _holder(claim: Claim, directory: Directory) -> str:
    who = f"{names(directory, (claim.person,))} is looking into it"
    return f"{who}, handed over by {names(directory, claim.handed_by[-1:])}" if claim.handed_by else who


def _afterwards(request: ApprovalRequest) -> Iterator[Line]:
    progress = request.progress
    if request.status is Status.EXPIRED and progress.ended:
        yield (progress.ended,)
    if request.status is Status.APPROVED:
        yield from _taken(request)
    elif progress.callback == "failed":
        yield ("The agent could not be reached, so it has not been told.",)
    if progress.outcome is not None:
        yield ("Outcome reported · ", progress.outcome.at)
    if progress.reverted_at is not None:
        yield from _after_override(request)


def _after_override(request: ApprovalRequest) -> Iterator[Line]:
    """It may have run already, until the agent says that it undid it, or never ran it."""
    progress, outcome = request.progress, request.progress.outcome
    if outcome is not None and outcome.status in (OutcomeStatus.REVERTED, OutcomeStatus.NOT_RUN):
        return
    if progress.callback == "failed":
        yield ("The agent could not be reached, so it has not been told.",)
        return
    if has_run(outcome, progress.redemption):
        yield ("It already ran; the agent is told to undo it.",)
    else:
        yield ("The agent is told not to act on it.",)


def _rated(request: ApprovalRequest, directory: Directory) -> Iterator[Line]:
    for rating in request.progress.ratings[-_MOST_RATINGS:]:
        why = f": {REASONS[rating.reason]}" if rating.reason else ""
        corrected = ", with a correction" if rating.corrected else ""
        yield (
            f"{names(directory, (rating.person,))} rated it {rating.verdict.value}{why}{corrected} · ",
            rating.at,
        )


def _taken(request: ApprovalRequest) -> Iterator[Line]:
    """Approved is not done: whether the agent has taken the approval, and whether it could be told."""
    progress, valid_for = request.progress, request.terms.valid_for
    if progress.redemption is not None:
        yield ("Taken by the agent · ", progress.redemption.at)
        return
    if progress.outcome is not None or progress.reverted_at is not None:
        return
    unreached = "; the agent could not be reached" if progress.callback == "failed" else ""
    yield (f"Approved, not yet taken by the agent{unreached}",)
    if valid_for is not None and progress.decision is not None:
        yield ("Can be taken until · ", progress.decision.decided_at + valid_for)


def _identity(request: ApprovalRequest) -> Line:
    revision = f" · revision {request.revision}" if request.revision > 1 else ""
    return (f"{request.id}{revision} · {request.proposal.digest[:DIGEST_SHOWN]}",)
