"""Erasing what a request holds of people, once it is over; what was decided, by whom and when, stays.

What stays is what the audit chain, the receipt and statistics hang on: ids, agent, action, digest, rule,
decision with its reason's code, the ids of people, times, outcome. Everything that anybody wrote goes, and
what was derived from the arguments goes with it.
"""

from __future__ import annotations

from dataclasses import fields, is_dataclass
from typing import Any, TypeVar, cast

from bot.domain.authority import Refused
from bot.domain.events import BY_CLOCK, Event, EventKind
from bot.domain.evolve import evolved
from bot.domain.moves import Facts, Move, Press, Remark, ReportOutcome, Say
from bot.domain.packet import ProposedAction, ReviewPacket
from bot.domain.private_moves import Erase, Forget, Reveal
from bot.domain.refusing import command_refused, refused
from bot.domain.request import ApprovalRequest, Proposal, Ruling
from bot.domain.status import Held, Status
from bot.domain.transition import NOTHING, Answer, Transition, progressed

#: the actor of what is run from the command line
OPERATOR = "operator"
ERASED = "erased"
GONE = "What this request was about was erased, so nothing can be done with it any more."

_OVER_BUDGET = "Its agent's budget of the day was not enough, so a person decided."
_GONE = Answer(accepted=False, code="gone", sentence=GONE)
#: fields of what moves that hold what somebody wrote
_WRITTEN = frozenset({"text", "answer", "why", "detail", "words", "reason"})

T = TypeVar("T")


def erase(request: ApprovalRequest, move: Erase, facts: Facts) -> Transition:
    """Remove what the request holds of people; not while it, or a check of it, waits, and not twice."""
    if not request.status.is_final or request.due_at is not None or request.progress.erased_at is not None:
        return Transition(request=request, answer=NOTHING)
    actor = BY_CLOCK if move.because == "retention" else OPERATOR
    event = Event(kind=EventKind.REQUEST_ERASED, actor=actor, facts={"because": move.because})
    progress = _bare(request.progress)
    if request.status is not Status.EXPIRED:
        # How it expired is ours to say; why it was withdrawn, its agent's.
        progress = evolved(progress, ended=None)
    bare = evolved(request, proposal=_bare_proposal(request.proposal), progress=progress)
    return Transition(request=progressed(bare, erased_at=facts.now), events=(event,))


def forget(request: ApprovalRequest, move: Forget, facts: Facts) -> Transition:
    """Remove what one reviewer wrote about the request; that they decided it, stays."""
    progress = request.progress
    own = _without_words_of(move.person, progress)
    decision = own.decision
    theirs = [vote.reason for vote in progress.votes if vote.person == move.person and vote.reason]
    if decision is not None and decision.reason in theirs:
        own = evolved(own, decision=_bare(decision))
    if own.withdrawn_by == move.person and own.ended:
        own = evolved(own, ended="")
    if own.reverted_by == move.person:
        own = evolved(own, reverted_reason=_bare(own.reverted_reason))
    if own == progress:
        return Transition(request=request, answer=NOTHING)
    event = Event(kind=EventKind.WORDS_ERASED, actor=OPERATOR)
    return Transition(request=evolved(request, progress=own), events=(event,))


def emptied(request: ApprovalRequest) -> ReviewPacket:
    """What stands in place of every packet of an erased request."""
    return ReviewPacket(action=ProposedAction(name=request.proposal.action), reasoning="")


def barred(request: ApprovalRequest, move: Move) -> Transition | None:
    """What is answered to a move that would write about an erased request; None for any other."""
    if request.progress.erased_at is None:
        return None
    if isinstance(move, Press):
        return refused(request, move, Refused(code=ERASED, sentence=GONE))
    if isinstance(move, Reveal):
        return command_refused(request, move.presser, "reveal", Refused(code=ERASED, sentence=GONE))
    if isinstance(move, Say | Remark):
        return Transition(request=request, answer=_GONE)
    return None


def without_words(request: ApprovalRequest, move: Move) -> Move:
    """The move as an erased request takes it: an outcome is counted, its words are not kept."""
    if request.progress.erased_at is not None and isinstance(move, ReportOutcome):
        return evolved(move, detail="")
    return move


def _bare_proposal(proposal: Proposal) -> Proposal:
    return evolved(
        proposal,
        summary=proposal.action,
        subject=None,
        amount=None,
        currency=None,
        confirm_word="",
        passed_over=(),
        on_behalf_of=None,
        ruling=_bare_ruling(proposal.ruling),
    )


def _bare_ruling(ruling: Ruling) -> Ruling:
    # Why a budget was not enough says what the request came to.
    why = _OVER_BUDGET if ruling.held is Held.BUDGET else ruling.why
    return evolved(ruling, why=why, matched={}, history={})


def _bare(value: T) -> T:
    """A value without what anybody wrote in it, however deep."""
    if isinstance(value, tuple):
        return cast(T, tuple(_bare(each) for each in value))
    if not is_dataclass(value) or isinstance(value, type):
        return value
    changes: dict[str, Any] = {}
    for field in fields(value):
        part = getattr(value, field.name)
        if field.name in _WRITTEN and type(part) is str:  # codes are texts of their own kind, and stay
            changes[field.name] = ""
        elif isinstance(part, tuple) or is_dataclass(part):
            changes[field.name] = _bare(part)
    return cast(T, evolved(value, **changes)) if changes else value


def _without_words_of(person: str, value: T) -> T:
    """A value without what this person wrote: whatever names them as the one whose it is."""
    if isinstance(value, tuple):
        return cast(T, tuple(_without_words_of(person, each) for each in value))
    if not is_dataclass(value) or isinstance(value, type):
        return value
    if getattr(value, "person", None) == person:
        # An answer to them is the agent's.
        answer = {"answer": value.answer} if hasattr(value, "answer") else {}
        return cast(T, evolved(_bare(value), **answer))
    changes = {
        field.name: _without_words_of(person, part)
        for field in fields(value)
        if isinstance(part := getattr(value, field.name), tuple) or is_dataclass(part)
    }
    return cast(T, evolved(value, **changes)) if changes else value
