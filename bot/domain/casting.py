"""Casting a vote, and closing the request once the votes decide it."""

from __future__ import annotations

from datetime import datetime

from bot.domain import escalation, pausing, votes
from bot.domain.authority import Refused
from bot.domain.came_to import came_to
from bot.domain.covering import covering
from bot.domain.directory import Person
from bot.domain.events import Event, EventKind, Fact
from bot.domain.evolve import evolved
from bot.domain.moves import Facts, Press
from bot.domain.refusing import ALREADY, refused
from bot.domain.request import ApprovalRequest, Decision, Vote
from bot.domain.status import DecisionType, Status
from bot.domain.transition import Transition, progressed, recorded


def vote(
    request: ApprovalRequest, move: Press, facts: Facts, person: Person, decision: DecisionType
) -> Transition:
    """Put a person's vote in the place of an earlier one of theirs, and settle."""
    earlier = next((v for v in request.progress.votes if v.person == person.id), None)
    if earlier is not None and _stands(earlier.decision, decision):
        return refused(request, move, Refused(code=ALREADY, sentence="Your vote stands."), person)
    cast = Vote(
        person=person.id,
        decision=decision,
        at=facts.now,
        via=move.presser.identity.platform,
        reason=move.reason,
        covering=covering(facts.directory, request, person.id),
    )
    others = tuple(v for v in request.progress.votes if v.person != person.id)
    voted = Transition(
        request=progressed(request, votes=(*others, cast)), events=(_vote_cast(request, move, cast),)
    )
    settled = voted.then(settle(voted.request, facts))
    return evolved(settled, answer=recorded(came_to(settled.request, facts.directory, decision)))


def settle(request: ApprovalRequest, facts: Facts) -> Transition:
    """Close the request if the votes decide it."""
    if votes.is_rejected(facts.directory, request):
        counted = votes.rejections(facts.directory, request)
        return decided(request, DecisionType.REJECT, counted, facts.now)
    counted = votes.approvals(facts.directory, request)
    if pausing.pause_of(facts.directory, request) is not None:
        return Transition(request=request)
    if votes.meets_quorum(facts.directory, request, counted):
        kind = DecisionType.EDIT if request.revision > 1 else DecisionType.APPROVE
        return decided(request, kind, counted, facts.now)
    return Transition(request=request)


def decided(
    request: ApprovalRequest, kind: DecisionType, counted: tuple[Vote, ...], now: datetime
) -> Transition:
    """The request with its one decision, by the people whose votes counted."""
    by = tuple(vote.person for vote in counted)
    reason = next((vote.reason for vote in reversed(counted) if vote.reason), None)
    decision = Decision(type=kind, by=by, decided_at=now, reason=reason)
    status = Status.REJECTED if kind is DecisionType.REJECT else Status.APPROVED
    facts: dict[str, Fact] = {
        "decision": kind.value,
        "by": list(by),
        "revision": request.revision,
        "digest": request.proposal.digest,
        "policy_version": request.proposal.policy_version,
        "reason_code": reason.code.value if reason else None,
    }
    event = Event(
        kind=EventKind.REQUEST_DECIDED,
        actor=f"person:{by[-1]}",
        facts=facts,
        private={"reason": reason.text} if reason and reason.text else {},
    )
    closed = escalation.close(request, status, decision=decision, ended_at=now)
    return Transition(request=closed, events=(event,))


def _stands(earlier: DecisionType, now: DecisionType) -> bool:
    """Approving is no change for somebody whose own edit this is."""
    return earlier is now or (earlier is DecisionType.EDIT and now is DecisionType.APPROVE)


def _vote_cast(request: ApprovalRequest, move: Press, cast: Vote) -> Event:
    reason = cast.reason
    return Event(
        kind=EventKind.VOTE_CAST,
        actor=f"person:{cast.person}",
        facts={
            "decision": cast.decision.value,
            "revision": request.revision,
            "digest": request.proposal.digest,
            "via": cast.via,
            "surface": move.surface.value,
            "reason_code": reason.code.value if reason else None,
            **({"covering": list(cast.covering)} if cast.covering else {}),
        },
        private={"reason": reason.text} if reason and reason.text else {},
    )
