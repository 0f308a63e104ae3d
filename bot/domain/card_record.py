"""What was said about a request rather than in it: questions and answers, reasons, what came of it."""

from __future__ import annotations

from collections.abc import Iterator

from bot.domain.attention import Question
from bot.domain.card import Quotation
from bot.domain.directory import Directory
from bot.domain.request import ApprovalRequest
from bot.domain.sentences import names
from bot.domain.status import DecisionType, Status
from bot.domain.text import inert

#: the latest ones; earlier ones are in the thread beside the card
_QUESTIONS_SHOWN = 3


def on_record(request: ApprovalRequest, directory: Directory) -> tuple[Quotation, ...]:
    """Questions with their answers, reviewers' reasons, and the agent's last words."""
    said = (*_escalated(request, directory), *_questions(request, directory), *_reasons(request, directory))
    said = (
        *said,
        *_override(request, directory),
        *_ends(request),
        *_judged(request, directory),
        *_rated(request, directory),
    )
    return tuple(each for each in said if each.text)


def _escalated(request: ApprovalRequest, directory: Directory) -> Iterator[Quotation]:
    escalated = request.progress.escalated
    if escalated is not None:
        yield _ours(f"{names(directory, (escalated.person,))} on why it was escalated", escalated.why)


def _questions(request: ApprovalRequest, directory: Directory) -> Iterator[Quotation]:
    for question in request.progress.questions[-_QUESTIONS_SHOWN:]:
        yield _ours(_asked(request, question, directory), question.text)
        if question.answer is not None:
            heading = f"{request.agent} answered {names(directory, (question.person,))}"
            yield Quotation(heading=heading, text=inert(question.answer), on_record=True)


def _asked(request: ApprovalRequest, question: Question, directory: Directory) -> str:
    heading = f"{names(directory, (question.person,))} asked {request.agent}"
    waits = question.answer is None and not request.status.is_final
    return f"{heading} · no answer yet" if waits else heading


def _reasons(request: ApprovalRequest, directory: Directory) -> Iterator[Quotation]:
    for vote in request.progress.votes:
        if vote.decision is DecisionType.REJECT and vote.reason is not None:
            yield _ours(f"{names(directory, (vote.person,))} on why not", vote.reason.text)


def _override(request: ApprovalRequest, directory: Directory) -> Iterator[Quotation]:
    by, reason = request.progress.reverted_by, request.progress.reverted_reason
    if by is not None and reason is not None:
        yield _ours(f"{names(directory, (by,))} on why it was overridden", reason.text)


def _ends(request: ApprovalRequest) -> Iterator[Quotation]:
    progress = request.progress
    if request.status is Status.CANCELLED and progress.ended:
        yield Quotation(heading="Why it was withdrawn", text=inert(progress.ended), on_record=True)
    if progress.outcome is not None and progress.outcome.detail:
        text = inert(progress.outcome.detail)
        yield Quotation(heading="What came of it", text=text, on_record=True)


def _judged(request: ApprovalRequest, directory: Directory) -> Iterator[Quotation]:
    sample = request.progress.sample
    if sample is not None and sample.person is not None:
        yield _ours(f"{names(directory, (sample.person,))} on the quality check", sample.text)


def _rated(request: ApprovalRequest, directory: Directory) -> Iterator[Quotation]:
    for rating in request.progress.ratings:
        yield _ours(f"{names(directory, (rating.person,))} on why it was {rating.verdict.value}", rating.text)


def _ours(heading: str, text: str) -> Quotation:
    return Quotation(heading=heading, text=inert(text), from_agent=False, on_record=True)
