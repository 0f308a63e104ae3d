"""Drawing a batch card: a pure function of the current state of its requests."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator, Sequence

from bot.domain import card_status
from bot.domain.batch_card import MOST_ON_RECORD, MOST_WAITING, BatchCard, BatchLine
from bot.domain.blinding import blind
from bot.domain.card import Line, Tone
from bot.domain.consequences import MOST_MENTIONS
from bot.domain.directory import Directory
from bot.domain.drawing import HEADLINE, mentions
from bot.domain.precedence import RISKS, place, risk
from bot.domain.request import ApprovalRequest
from bot.domain.sameness import alike, sameness
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
    in_order = sorted((blind(request) for request in requests), key=place)
    waiting = [request for request in in_order if not request.status.is_final]
    times = Counter(_kind(request) for request in waiting)
    firsts = list({_kind(request): request for request in reversed(waiting)}.values())[::-1]
    shown = firsts[:MOST_WAITING] if waiting else in_order[:MOST_ON_RECORD]
    told = sum(times[_kind(request)] for request in shown) if waiting else len(shown)
    what = "quality check" if all(request.is_blind for request in waiting) else "request"
    title = _ruled(in_order) or _title(len(waiting), len(in_order), len(times), what)
    return BatchCard(
        batch_id=batch_id,
        title=title,
        tone=Tone.WAITING if waiting else Tone.APPROVED,
        so_far=_so_far(in_order),
        lines=tuple(
            _line(request, directory, reference_of(request), times[_kind(request)]) for request in shown
        ),
        more=len(waiting or in_order) - told,
        footer=tuple(_footer(waiting)),
        reference=reference_of((waiting or in_order)[0]),
        label="Review one by one" if waiting else "Look through them",
        mentions=_mentions(waiting, directory),
        fallback=title,
    )


def same_again(
    request: ApprovalRequest, requests: Sequence[ApprovalRequest], directory: Directory
) -> Iterator[str]:
    """What somebody who decides a request has to know of others in the batch that ask for the same."""
    if request.status.is_final or request.is_blind:
        return
    others = [other for other in alike(request, requests) if not other.is_blind]
    waiting = sum(not other.status.is_final for other in others)
    if waiting:
        times = waiting + 1
        yield f"The same is asked {times} times here. This decides one; approve two, and it runs twice."
    approved = [other for other in others if other.status is Status.APPROVED]
    if approved:
        yield f"The same was asked before: {_ended(approved[0], directory)} ({approved[0].id})."


def _kind(request: ApprovalRequest) -> tuple[str, bool]:
    """Equal for requests that are told of in one line."""
    return sameness(request), request.is_blind


def _ruled(requests: Sequence[ApprovalRequest]) -> str:
    """Of what people are only told: that nobody was asked. Empty where anybody was."""
    if not all(request.ran_by_rule and not request.progress.step for request in requests):
        return ""
    count = len(requests)
    return f"{count} requests were approved by rule" if count > 1 else "A request was approved by rule"


def _title(waiting: int, count: int, kinds: int, what: str) -> str:
    if not waiting:
        return f"All {count} requests are over" if count > 1 else "The request is over"
    if kinds == 1 and waiting > 1:
        return f"The same {what} waits here {waiting} times"
    if waiting < count:
        return f"{waiting} of {count} {what}s still wait{'s' if waiting == 1 else ''} here"
    return f"{count} {what}s wait here" if count > 1 else f"A {what} waits here"


def _so_far(requests: Sequence[ApprovalRequest]) -> str:
    ended = Counter(_ENDS[request.status] for request in requests if request.status.is_final)
    return " · ".join(f"{ended[word]} {word}" for word in _ENDS.values() if ended[word])


def _line(request: ApprovalRequest, directory: Directory, reference: str, times: int) -> BatchLine:
    proposal, is_over = request.proposal, request.status.is_final
    return BatchLine(
        request_id=request.id,
        reference=reference,
        tone=card_status.tone(request),
        headline=one_line(proposal.summary, HEADLINE) or one_line(proposal.action, HEADLINE),
        details=_ended(request, directory) if is_over else " · ".join(_details(request, times)),
    )


def _details(request: ApprovalRequest, times: int) -> Iterator[str]:
    proposal = request.proposal
    if request.is_blind:
        yield "quality check"
    if times > 1:
        yield f"asked {times} times"
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
