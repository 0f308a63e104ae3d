"""Overriding: a person takes back what was approved by rule, be it that nobody objected in time.

Whoever could decide the request may, and who leads its action: saying no is only ever the safe side, so
limits and answering for the agent do not matter. What people approved stands.
"""

from __future__ import annotations

from bot.domain.authority import Refused, allowed
from bot.domain.checking import groups_in_doubt, held
from bot.domain.choice import Choice
from bot.domain.directory import Directory, Person
from bot.domain.events import Event, EventKind
from bot.domain.moves import Facts, Press
from bot.domain.outcome import has_run
from bot.domain.refusing import ALREADY, refused
from bot.domain.request import ApprovalRequest
from bot.domain.sentences import how_it_ended, names
from bot.domain.status import OutcomeStatus, Status
from bot.domain.transition import Transition, progressed, recorded


def override(request: ApprovalRequest, move: Press, facts: Facts, person: Person) -> Transition:
    """Take the approval back: it cannot be redeemed from now on, and the agent is told."""
    directory = facts.directory
    leads = directory.leads_action(person.id, request.proposal.action)
    in_doubt = () if leads else groups_in_doubt(request, move, directory, person)
    refusal = None if leads or in_doubt else _without_authority(request, directory, person)
    refusal = refusal or _nothing_to_take_back(request, directory)
    if refusal is None and move.reason is None:
        sentence = "Taking an approval back needs a reason; choose one and press again."
        refusal = Refused(code="reason_needed", sentence=sentence)
    if refusal is not None:
        return refused(request, move, refusal, person)
    if in_doubt:
        return held(request, move, person, in_doubt)
    return _reverted(request, move, facts, person)


def is_overridable(request: ApprovalRequest) -> bool:
    """Whether there is an approval that whoever has the authority could take back.

    While a quality check is open nobody is told that there is one.
    """
    outcome = request.progress.outcome
    was_undone = outcome is not None and outcome.status is OutcomeStatus.REVERTED
    return (
        request.ran_by_rule
        and not request.is_blind
        and request.progress.reverted_at is None
        and not was_undone
    )


def may_override(request: ApprovalRequest, directory: Directory, person: Person) -> bool:
    """Whether an override of theirs would be taken now, as far as that can be told without asking anybody."""
    leads = directory.leads_action(person.id, request.proposal.action)
    return is_overridable(request) and (leads or _without_authority(request, directory, person) is None)


def _nothing_to_take_back(request: ApprovalRequest, directory: Directory) -> Refused | None:
    """Why there is nothing to take back, whoever wants to."""
    progress = request.progress
    if not request.status.is_final:
        sentence = "Nothing is approved yet, so there is nothing to take back; stop or reject it instead."
        return Refused(code="not_approved", sentence=sentence)
    if request.status is not Status.APPROVED or progress.decision is None:
        return Refused(code="not_approved", sentence=how_it_ended(request, directory))
    if not request.ran_by_rule:
        who = names(directory, progress.decision.by)
        sentence = f"{who} approved this; only what a rule approved can be taken back. "
        sentence += f"`pause {request.proposal.action}` keeps its agent from taking the approval."
        return Refused(code="decided_by_people", sentence=sentence)
    if progress.reverted_at is not None and progress.reverted_by is not None:
        who = names(directory, (progress.reverted_by,))
        sentence = f"{who} took this approval back at {progress.reverted_at:%H:%M} UTC already."
        return Refused(code=ALREADY, sentence=sentence)
    if progress.outcome is not None and progress.outcome.status is OutcomeStatus.REVERTED:
        sentence = "The agent reports that it was undone, so there is nothing to take back."
        return Refused(code=ALREADY, sentence=sentence)
    return None


def _without_authority(request: ApprovalRequest, directory: Directory, person: Person) -> Refused | None:
    ruled = allowed(directory, request, person, Choice.REJECT)
    return ruled if isinstance(ruled, Refused) else None


def _reverted(request: ApprovalRequest, move: Press, facts: Facts, person: Person) -> Transition:
    reason = move.reason
    taken = progressed(request, reverted_at=facts.now, reverted_by=person.id, reverted_reason=reason)
    event = Event(
        kind=EventKind.REQUEST_REVERTED,
        actor=f"person:{person.id}",
        facts={
            "rule": request.proposal.ruling.rule,
            "revision": request.revision,
            "digest": request.proposal.digest,
            "via": move.presser.identity.platform,
            "surface": move.surface.value,
            "reason_code": reason.code.value if reason else None,
            "had_run": has_run(request.progress.outcome, request.progress.redemption),
        },
        private={"reason": reason.text} if reason and reason.text else {},
    )
    return Transition(request=taken, events=(event,), answer=recorded(_answer(request)))


def _answer(request: ApprovalRequest) -> str:
    told = "the agent is told" if request.proposal.callback_url else "the agent learns it when it asks"
    if has_run(request.progress.outcome, request.progress.redemption):
        return f"Taken back, but it already ran: {told} to undo it."
    return f"Taken back: {told} not to act on it, and to undo it if it has."
