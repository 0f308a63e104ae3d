"""Presses: what happens when a person approves, edits, rejects, escalates, claims or withdraws."""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeAlias

from bot.domain import confirming, escalation, judging, pausing, veto
from bot.domain.asking import ask
from bot.domain.attention import Escalated
from bot.domain.authority import Refused, allowed, bars, identify
from bot.domain.casting import vote
from bot.domain.checking import groups_in_doubt, held
from bot.domain.choice import JUDGING, Choice
from bot.domain.directory import Person
from bot.domain.editing import edit
from bot.domain.events import Event, EventKind
from bot.domain.evolve import evolved
from bot.domain.handing import hand_over
from bot.domain.holding import claim, release, renewed
from bot.domain.hours import has_come
from bot.domain.moves import Facts, Press
from bot.domain.overriding import override
from bot.domain.rating import rate
from bot.domain.refusing import ALREADY, refused
from bot.domain.request import ApprovalRequest
from bot.domain.seeing import has_seen
from bot.domain.sentences import how_it_ended
from bot.domain.status import DecisionType
from bot.domain.text import inert
from bot.domain.transition import Transition, progressed, recorded

#: what needs the revision that the person was shown
_VOTES = (Choice.APPROVE, Choice.EDIT, Choice.REJECT)
#: what no agent can leave out
_ALWAYS = (Choice.CLAIM, Choice.RELEASE, Choice.ASK, Choice.HAND_OVER, Choice.WITHDRAW)
#: characters of a reason to escalate
_LONGEST_WHY = 1_000
#: what whoever decided it has done already
_DONE = {
    DecisionType.APPROVE: (Choice.APPROVE,),
    DecisionType.EDIT: (Choice.APPROVE, Choice.EDIT),
    DecisionType.REJECT: (Choice.REJECT,),
}
_ESCALATED = recorded("Escalated: the next step is asked now.")


def press(request: ApprovalRequest, move: Press, facts: Facts) -> Transition:
    """Fold a press: refused with a private sentence, held until it can be told, or taken."""
    return veto.answered(_pressed(request, move, facts), move)


def _pressed(request: ApprovalRequest, move: Press, facts: Facts) -> Transition:
    person = identify(facts.directory, move.presser)
    if isinstance(person, Refused):
        return refused(request, move, person)
    if move.choice in JUDGING:
        return judging.judge(request, move, facts, person)
    if move.choice is Choice.RATE:
        return rate(request, move, facts, person)
    if not request.status.is_final and has_come(request.proposal.needed_by, facts.now):
        expired = escalation.expire(request, facts.now, escalation.DEADLINE_PASSED)
        return expired.then(_too_late(expired.request, move, facts, person))
    if move.choice is Choice.OVERRIDE and not request.is_blind:
        return override(request, move, facts, person)
    if request.status.is_final:
        return _too_late(request, move, facts, person)
    in_doubt = groups_in_doubt(request, move, facts.directory, person)
    refusal = (
        _out_of_date(request, move)
        or _without_authority(request, move, facts, person, is_in_doubt=bool(in_doubt))
        or _not_offered(request, move, person)
        or pausing.refusal(request, move, facts)
        or confirming.refusal(request, move, facts.directory)
    )
    if refusal is not None:
        return refused(request, move, refusal, person)
    if in_doubt:
        return _held(request, move, facts, person, in_doubt)
    return renewed(_PRESSES[move.choice](request, move, facts, person), facts, person.id)


def _too_late(request: ApprovalRequest, move: Press, facts: Facts, person: Person) -> Transition:
    decision = request.progress.decision
    own = decision is not None and person.id in decision.by and move.choice in _DONE[decision.type]
    sentence = how_it_ended(request, facts.directory)
    if request.ran_by_rule and not request.is_blind and request.progress.reverted_at is None:
        sentence += " Press Override… to take the approval back."
    return refused(request, move, Refused(code=ALREADY if own else "too_late", sentence=sentence), person)


def _held(
    request: ApprovalRequest, move: Press, facts: Facts, person: Person, groups: tuple[str, ...]
) -> Transition:
    """Silence approves nothing while somebody may have objected, nor once that cannot be told."""
    if move.may_wait:
        stayed = veto.stayed(request, move, facts)
        return stayed.then(held(stayed.request, move, person, groups))
    gated = veto.unreadable(request, move, facts)
    meanwhile = " Silence approves it no longer: somebody has to decide." if gated.events else ""
    return gated.then(held(gated.request, move, person, groups, meanwhile))


def _out_of_date(request: ApprovalRequest, move: Press) -> Refused | None:
    if move.revision is None and move.choice in _VOTES:
        sentence = "Approve, change or reject this on its card, with everything in view."
        return Refused(code="stale", sentence=sentence)
    if move.revision is not None and move.revision != request.revision:
        return Refused(
            code="stale",
            sentence="The arguments were changed since this card was drawn; "
            "look at the new ones and press again.",
        )
    shown, now = (move.step, move.round), (request.progress.step, request.progress.round)
    if move.choice is Choice.ESCALATE and move.step is not None and shown != now:
        return Refused(code=ALREADY, sentence="This was escalated a moment ago.")
    return None


def _without_authority(
    request: ApprovalRequest, move: Press, facts: Facts, person: Person, *, is_in_doubt: bool
) -> Refused | None:
    # An edit is checked against the new arguments later, so at the door it needs what a rejection needs.
    needed = Choice.APPROVE if move.choice is Choice.APPROVE else Choice.REJECT
    if is_in_doubt:
        is_approval = needed is Choice.APPROVE
        return bars(facts.directory, request, request.proposal, person) if is_approval else None
    ruled = allowed(facts.directory, request, person, needed)
    return ruled if isinstance(ruled, Refused) else None


def _not_offered(request: ApprovalRequest, move: Press, person: Person) -> Refused | None:
    is_objection = move.choice is Choice.REJECT and request.veto_open
    if move.choice not in (*request.proposal.choices, *_ALWAYS) and not is_objection:
        return Refused(code="not_offered", sentence=f"This request cannot be answered with {move.choice}.")
    if move.choice is Choice.REJECT and move.reason is None:
        return Refused(
            code="reason_needed", sentence="A rejection needs a reason; choose one and press again."
        )
    approving = move.choice in (Choice.APPROVE, Choice.EDIT)
    if approving and request.proposal.high_impact and not has_seen(request, move, person):
        return Refused(
            code="needs_view",
            sentence="This has a high impact: open Review… and approve there, with everything in view.",
        )
    return None


def _approve(request: ApprovalRequest, move: Press, facts: Facts, person: Person) -> Transition:
    return vote(request, move, facts, person, DecisionType.APPROVE)


def _reject(request: ApprovalRequest, move: Press, facts: Facts, person: Person) -> Transition:
    return vote(request, move, facts, person, DecisionType.REJECT)


def _escalate(request: ApprovalRequest, move: Press, facts: Facts, person: Person) -> Transition:
    if not escalation.has_next(request):
        return _nobody_further(request, move, facts, person, "this is the last step")
    said = inert(move.words, limit=_LONGEST_WHY)
    why = "a reviewer asked for it"
    moved = escalation.advance(request, facts, why=why, actor=f"person:{person.id}", said=said)
    if moved.request.status.is_final:
        return _nobody_further(
            request, move, facts, person, "the steps that follow reach nobody who could approve"
        )
    return evolved(moved, request=_with_reason(moved.request, person, said, facts), answer=_ESCALATED)


def _nobody_further(
    request: ApprovalRequest, move: Press, facts: Facts, person: Person, why: str
) -> Transition:
    """Nobody else can be asked; but whoever wanted others asked did not agree by silence."""
    sentence = f"There is nobody further to ask; {why}."
    gated = escalation.lifted(request, facts, actor=f"person:{person.id}", why="a reviewer asked for it")
    if gated.events:
        return evolved(
            gated, answer=recorded(f"{sentence} Silence approves it no longer, so it waits for you.")
        )
    return refused(request, move, Refused(code="nobody_further", sentence=sentence), person)


def _with_reason(request: ApprovalRequest, person: Person, said: str, facts: Facts) -> ApprovalRequest:
    if not said:
        return request
    return progressed(request, escalated=Escalated(person=person.id, why=said, at=facts.now))


def _withdraw(request: ApprovalRequest, move: Press, facts: Facts, person: Person) -> Transition:
    rest = tuple(v for v in request.progress.votes if v.person != person.id)
    if len(rest) == len(request.progress.votes):
        return refused(request, move, Refused(code=ALREADY, sentence="You have no vote on this."), person)
    event = Event(kind=EventKind.VOTE_WITHDRAWN, actor=f"person:{person.id}")
    withdrawn = recorded("Your vote is taken back.")
    return Transition(request=progressed(request, votes=rest), events=(event,), answer=withdrawn)


_Handler: TypeAlias = Callable[[ApprovalRequest, Press, Facts, Person], Transition]

_PRESSES: dict[Choice, _Handler] = {
    Choice.APPROVE: _approve,
    Choice.EDIT: edit,
    Choice.REJECT: _reject,
    Choice.ESCALATE: _escalate,
    Choice.CLAIM: claim,
    Choice.RELEASE: release,
    Choice.ASK: ask,
    Choice.HAND_OVER: hand_over,
    Choice.WITHDRAW: _withdraw,
}
