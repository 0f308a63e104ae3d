"""Presses: what happens when a person approves, edits, rejects, escalates, claims or withdraws."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime
from typing import TypeAlias

from bot.domain import escalation, votes
from bot.domain.authority import Refused, identify, may, may_approve
from bot.domain.directory import Person
from bot.domain.effects import Tell
from bot.domain.events import STRANGER, Event, EventKind
from bot.domain.hours import after
from bot.domain.moves import Choice, Facts, OpenView, Press, Surface
from bot.domain.request import ApprovalRequest, Claim, Decision, ViewOpened, Vote
from bot.domain.sentences import how_it_ended
from bot.domain.status import DecisionType, Mode, Status
from bot.domain.transition import DONE, NOTHING, Answer, Transition, progressed


def press(request: ApprovalRequest, move: Press, facts: Facts) -> Transition:
    """Fold a press: refused with a private sentence, or taken."""
    person = identify(facts.directory, move.presser)
    if isinstance(person, Refused):
        return _refused(request, move, person)
    refusal = _out_of_date(request, move, facts, person)
    if refusal is not None:
        return _refused(request, move, refusal, person)
    allowed = may(facts.directory, request, move.presser, _authority_needed(move.choice))
    if isinstance(allowed, Refused):
        return _refused(request, move, allowed, person)
    refusal = _not_offered(request, move, person)
    if refusal is not None:
        return _refused(request, move, refusal, person)
    return _PRESSES[move.choice](request, move, facts, person)


def open_view(request: ApprovalRequest, move: OpenView, facts: Facts) -> Transition:
    """Record that a person opened their own view; anybody known may look, only reviewers may then approve."""
    person = identify(facts.directory, move.presser)
    if isinstance(person, Refused) or request.status.is_final or move.revision != request.revision:
        return Transition(request=request, answer=NOTHING)
    if any(o.person == person.id and o.revision == move.revision for o in request.progress.opened):
        return Transition(request=request, answer=NOTHING)
    opened = ViewOpened(person=person.id, revision=move.revision, at=facts.now)
    after_opening = progressed(request, opened=(*request.progress.opened, opened))
    event = Event(
        kind=EventKind.VIEW_OPENED,
        actor=f"person:{person.id}",
        facts={"revision": move.revision, "digest": request.proposal.digest},
    )
    return Transition(request=after_opening, events=(event,))


def _authority_needed(choice: Choice) -> Choice:
    """An edit is checked against the new arguments later, so at the door it needs what a rejection needs."""
    return Choice.APPROVE if choice is Choice.APPROVE else Choice.REJECT


def _out_of_date(request: ApprovalRequest, move: Press, facts: Facts, person: Person) -> Refused | None:
    if request.status.is_final:
        own = request.progress.decision and person.id in request.progress.decision.by
        sentence = how_it_ended(request, facts.directory)
        return Refused(code="already" if own else "too_late", sentence=sentence)
    if move.revision != request.revision:
        return Refused(
            code="stale",
            sentence="The arguments were changed since this card was drawn; look at the new ones and press again.",
        )
    if move.choice is Choice.ESCALATE and move.step is not None:
        if (move.step, move.round) != (request.progress.step, request.progress.round):
            return Refused(code="already", sentence="This was escalated a moment ago.")
    return None


def _not_offered(request: ApprovalRequest, move: Press, person: Person) -> Refused | None:
    offered = (*request.proposal.choices, Choice.CLAIM, Choice.WITHDRAW)
    if move.choice not in offered:
        return Refused(code="not_offered", sentence=f"This request cannot be answered with {move.choice}.")
    if move.choice is Choice.REJECT and move.reason is None:
        return Refused(
            code="reason_needed", sentence="A rejection needs a reason; choose one and press again."
        )
    if (
        move.choice is Choice.APPROVE
        and request.proposal.high_impact
        and not _has_seen(request, move, person)
    ):
        return Refused(
            code="needs_view",
            sentence="This has a high impact: open Review… and approve there, with everything in view.",
        )
    return None


def _has_seen(request: ApprovalRequest, move: Press, person: Person) -> bool:
    opened = any(o.person == person.id and o.revision == move.revision for o in request.progress.opened)
    return opened and move.surface is Surface.VIEW


def _approve(request: ApprovalRequest, move: Press, facts: Facts, person: Person) -> Transition:
    return _vote(request, move, facts, person, DecisionType.APPROVE)


def _reject(request: ApprovalRequest, move: Press, facts: Facts, person: Person) -> Transition:
    return _vote(request, move, facts, person, DecisionType.REJECT)


def _vote(
    request: ApprovalRequest, move: Press, facts: Facts, person: Person, decision: DecisionType
) -> Transition:
    earlier = [v for v in request.progress.votes if v.person == person.id]
    if earlier and earlier[0].decision is decision:
        return Transition(
            request=request, answer=Answer(accepted=True, code="already", sentence="Your vote stands.")
        )
    vote = Vote(
        person=person.id,
        decision=decision,
        at=facts.now,
        via=move.presser.identity.platform,
        reason=move.reason,
    )
    others = tuple(v for v in request.progress.votes if v.person != person.id)
    voted = Transition(
        request=progressed(request, votes=(*others, vote)), events=(_vote_cast(request, move, vote),)
    )
    return voted.then(settle(voted.request, facts))


def settle(request: ApprovalRequest, facts: Facts) -> Transition:
    """Close the request if the votes decide it."""
    if votes.is_rejected(facts.directory, request):
        counted = votes.rejections(facts.directory, request)
        return decided(request, DecisionType.REJECT, counted, facts.now)
    if votes.is_approved(facts.directory, request):
        kind = DecisionType.EDIT if request.revision > 1 else DecisionType.APPROVE
        return decided(request, kind, votes.approvals(facts.directory, request), facts.now)
    return Transition(request=request)


def decided(
    request: ApprovalRequest, kind: DecisionType, counted: tuple[Vote, ...], now: datetime
) -> Transition:
    """The request with its one decision."""
    by = tuple(vote.person for vote in counted)
    reason = next((vote.reason for vote in reversed(counted) if vote.reason), None)
    decision = Decision(type=kind, by=by, decided_at=now, reason=reason)
    status = Status.REJECTED if kind is DecisionType.REJECT else Status.APPROVED
    event = Event(
        kind=EventKind.REQUEST_DECIDED,
        actor=f"person:{by[-1]}" if by else "rule",
        facts={
            "decision": kind.value,
            "by": list(by),
            "revision": request.revision,
            "digest": request.proposal.digest,
            "policy_version": request.proposal.policy_version,
            "reason_code": reason.code.value if reason else None,
        },
        private={"reason": reason.text} if reason and reason.text else {},
    )
    closed = escalation.close(progressed(request, decision=decision, ended_at=now), status)
    return Transition(request=closed, events=(event,))


def _edit(request: ApprovalRequest, move: Press, facts: Facts, person: Person) -> Transition:
    """A new revision: all votes are void, and the editor's approval counts if they have the authority for it."""
    edited = move.edited
    if edited is None or edited.proposal.digest == request.proposal.digest:
        return _refused(
            request, move, Refused(code="unchanged", sentence="Nothing was changed; approve instead."), person
        )
    if edited.proposal.ruling.mode is Mode.REFUSE:
        sentence = f"The policy refuses these arguments: {edited.proposal.ruling.why}"
        return _refused(request, move, Refused(code="refused", sentence=sentence), person)
    revised = replace(
        progressed(escalation.lift_veto(request, facts.now), votes=(), opened=()),
        revision=request.revision + 1,
        proposal=edited.proposal,
    )
    event = Event(
        kind=EventKind.REQUEST_EDITED,
        actor=f"person:{person.id}",
        facts={
            "revision": revised.revision,
            "digest": edited.proposal.digest,
            "previous_digest": request.proposal.digest,
        },
    )
    changed = Transition(request=revised, events=(event,), packet=edited.packet)
    if isinstance(may_approve(facts.directory, revised, edited.proposal, person), Refused):
        return changed.then(Transition(request=revised, answer=_passed_on))
    return changed.then(_vote(revised, move, facts, person, DecisionType.EDIT))


_passed_on = Answer(
    accepted=True,
    code="passed_on",
    sentence="Your change is recorded; somebody with the authority for it has to approve it.",
)


def _escalate(request: ApprovalRequest, move: Press, facts: Facts, person: Person) -> Transition:
    if not escalation.has_next(request):
        refusal = Refused(
            code="nobody_further", sentence="There is nobody further to ask; this is the last step."
        )
        return _refused(request, move, refusal, person)
    why = move.reason.text if move.reason and move.reason.text else "a reviewer asked for it"
    moved = escalation.advance(request, facts, why=why, actor=f"person:{person.id}")
    if moved.request.status.is_final:
        refusal = Refused(code="nobody_further", sentence="The steps that follow reach nobody.")
        return _refused(request, move, refusal, person)
    return moved


def _claim(request: ApprovalRequest, move: Press, facts: Facts, person: Person) -> Transition:
    lapses_at = after(facts.now, request.terms.claim_idle, request.terms.hours)
    claim = Claim(person=person.id, at=facts.now, lapses_at=lapses_at)
    held = progressed(escalation.lift_veto(request, facts.now), claim=claim, remind_at=None)
    event = Event(
        kind=EventKind.REQUEST_CLAIMED,
        actor=f"person:{person.id}",
        facts={"lapses_at": lapses_at.isoformat()},
    )
    return Transition(request=held, events=(event,))


def _withdraw(request: ApprovalRequest, move: Press, facts: Facts, person: Person) -> Transition:
    rest = tuple(v for v in request.progress.votes if v.person != person.id)
    if len(rest) == len(request.progress.votes):
        return Transition(request=request, answer=NOTHING)
    event = Event(kind=EventKind.VOTE_WITHDRAWN, actor=f"person:{person.id}")
    return Transition(request=progressed(request, votes=rest), events=(event,))


def _vote_cast(request: ApprovalRequest, move: Press, vote: Vote) -> Event:
    reason = vote.reason
    return Event(
        kind=EventKind.VOTE_CAST,
        actor=f"person:{vote.person}",
        facts={
            "decision": vote.decision.value,
            "revision": request.revision,
            "digest": request.proposal.digest,
            "via": vote.via,
            "surface": move.surface.value,
            "reason_code": reason.code.value if reason else None,
        },
        private={"reason": reason.text} if reason and reason.text else {},
    )


def _refused(
    request: ApprovalRequest, move: Press, refusal: Refused, person: Person | None = None
) -> Transition:
    identity = move.presser.identity
    account = f"{identity.platform}:{identity.tenant or '-'}/{identity.user}"
    event = Event(
        kind=EventKind.PRESS_REFUSED,
        actor=f"person:{person.id}" if person else STRANGER,
        facts={"choice": move.choice.value, "why": refusal.code, "via": identity.platform},
        private={} if person else {"account": account, "name": move.presser.name},
    )
    answer = Answer(accepted=refusal.code == "already", code=refusal.code, sentence=refusal.sentence)
    tell = (Tell(address=move.reply_to, sentence=refusal.sentence),) if move.reply_to else ()
    return Transition(request=request, events=(event,), effects=tell, answer=answer)


_Handler: TypeAlias = Callable[[ApprovalRequest, Press, Facts, Person], Transition]

_PRESSES: dict[Choice, _Handler] = {
    Choice.APPROVE: _approve,
    Choice.EDIT: _edit,
    Choice.REJECT: _reject,
    Choice.ESCALATE: _escalate,
    Choice.CLAIM: _claim,
    Choice.WITHDRAW: _withdraw,
}
