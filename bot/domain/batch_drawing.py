"""Drawing a batch card: a pure function of the current state of its requests."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator, Sequence

from bot.domain import card_status
from bot.domain.batch_card import MOST_ON_RECORD, MOST_WAITING, BatchCard, BatchLine
from bot.domain.card import Line, Tone
from bot.domain.consequences import MOST_MENTIONS
from bot.domain.directory import Directory
from bot.domain.drawing import HEADLINE, mentions
from bot.domain.precedence import RISKS, place, risk
from bot.domain.request import ApprovalRequest
from bot.domain.status import Status
from bot.domain.text import one_line

_ENDS = {
    Status.APPROVED: "approved",
    Status.REJECTED: "rejected",
    Status.EXPIRED: "expired",
    Status.CANCELLED: "withdrawn",
}
_NAME = 40


def draw_batch(
    batch_id: str,
    requests: Sequence[ApprovalRequest],
    directory: Directory,
    reference_of: Callable[[ApprovalRequest], str],
) -> BatchCard:
    """The batch card as it should be shown now; there is at least one request."""
    in_order = sorted(requests, key=place)
    waiting = [request for request in in_order if not request.status.is_final]
    shown = waiting[:MOST_WAITING] if waiting else in_order[:MOST_ON_RECORD]
    title = _title(len(waiting), len(in_order))
    return BatchCard(
        batch_id=batch_id,
        title=title,
        tone=Tone.WAITING if waiting else Tone.APPROVED,
        so_far=_so_far(in_order),
        lines=tuple(_line(request, directory, reference_of(request)) for request in shown),
        more=len(waiting or in_order) - len(shown),
        footer=tuple(_footer(waiting)),
        reference=reference_of((waiting or in_order)[0]),
        label="Review one by one" if waiting else "Look through them",
        mentions=_mentions(waiting, directory),
        fallback=title,
    )


def _title(waiting: int, count: int) -> str:
    if not waiting:
        return f"All {count} requests are over" if count > 1 else "The request is over"
    if waiting < count:
        return f"{waiting} of {count} requests still wait{'s' if waiting == 1 else ''} here"
    return f"{count} requests wait here" if count > 1 else "A request waits here"


def _so_far(requests: Sequence[ApprovalRequest]) -> str:
    ended = Counter(_ENDS[request.status] for request in requests if request.status.is_final)
    return " · ".join(f"{ended[word]} {word}" for word in _ENDS.values() if ended[word])


def _line(request: ApprovalRequest, directory: Directory, reference: str) -> BatchLine:
    proposal = request.proposal
    return BatchLine(
        request_id=request.id,
        reference=reference,
        tone=card_status.tone(request),
        headline=one_line(proposal.summary, HEADLINE) or one_line(proposal.action, HEADLINE),
        details=_ended(request, directory) if request.status.is_final else " · ".join(_details(request)),
    )


def _details(request: ApprovalRequest) -> Iterator[str]:
    proposal = request.proposal
    yield one_line(request.agent, _NAME)
    if proposal.amount is not None:
        yield f"{proposal.amount} {proposal.currency or ''}".strip()
    yield RISKS[risk(proposal)]
    if proposal.urgent:
        yield "urgent"


def _ended(request: ApprovalRequest, directory: Directory) -> str:
    words = (part for part in card_status.status_line(request, directory) if isinstance(part, str))
    return "".join(words).removesuffix(" · ")


def _footer(waiting: Sequence[ApprovalRequest]) -> Iterator[Line]:
    ends = [
        at
        for request in waiting
        for at in (request.progress.step_ends_at, request.proposal.needed_by)
        if at is not None
    ]
    if ends:
        yield ("The first of them moves on or expires · ", min(ends))


def _mentions(waiting: Sequence[ApprovalRequest], directory: Directory) -> tuple[str, ...]:
    people = dict.fromkeys(person for request in waiting for person in mentions(request, directory))
    return tuple(people)[:MOST_MENTIONS]
