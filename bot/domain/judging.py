"""Quality checks: an automatic approval that was drawn is judged by somebody who does not know the ruling."""

from __future__ import annotations

from datetime import datetime, timedelta

from bot.domain import escalation
from bot.domain.authority import Refused, anybody_could_approve, bars, may_approve
from bot.domain.checking import groups_in_doubt, held
from bot.domain.choice import Choice
from bot.domain.directory import Person
from bot.domain.events import BY_CLOCK, Event, EventKind
from bot.domain.evolve import evolved
from bot.domain.hours import after, has_come
from bot.domain.moves import Facts, Press
from bot.domain.refusing import ALREADY, refused
from bot.domain.request import ApprovalRequest
from bot.domain.sample import Sample, SampleState, Verdict
from bot.domain.sentences import names
from bot.domain.status import Mode
from bot.domain.transition import NOTHING, Transition, progressed, recorded

#: how long a quality check waits for a verdict, in calendar time
OPEN_FOR = timedelta(days=7)

NOBODY_ANSWERED = "Nobody gave a verdict in time."
NOBODY_REACHED = "Nobody who could have approved it is reached by its first step."

_VERDICTS = {Choice.AGREE: Verdict.AGREE, Choice.DISAGREE: Verdict.DISAGREE}
_NOT_SAMPLED = Refused(code="not_offered", sentence="No quality check was asked for this request.")
_LAPSED = Refused(code="too_late", sentence="This quality check has ended without a verdict.")
_STALE = Refused(code="stale", sentence="Give your verdict on the card, with everything in view.")
_NO_REASON = Refused(code="reason_needed", sentence="Choose why you would have rejected it, and press again.")


def drawn(request: ApprovalRequest, now: datetime) -> Sample | None:
    """The quality check of a request that a rule has just approved, None where there is to be none.

    Whoever was told of a ruling cannot judge blindly, so `notify` and `veto` are never checked in this way.
    """
    ruling, steps = request.proposal.ruling, request.terms.steps
    if ruling.mode is not Mode.AUTO or not ruling.sampled or not steps:
        return None
    # A quality check is never urgent: it comes when people work, whatever the request says of itself.
    asked_at = after(now, timedelta(0), escalation.hours_of(request, steps[0]))
    return Sample(state=SampleState.DRAWN, due_at=asked_at)


def due(request: ApprovalRequest, facts: Facts) -> Transition:
    """Ask for a verdict when people work, and give up asking when nobody gave one."""
    sample = request.progress.sample
    if sample is None or not has_come(sample.due_at, facts.now):
        return Transition(request=request, answer=NOTHING)
    if sample.state is SampleState.DRAWN:
        return _ask(request, sample, facts)
    return _lapse(request, sample, facts, NOBODY_ANSWERED)


def judge(request: ApprovalRequest, move: Press, facts: Facts, person: Person) -> Transition:
    """Take one person's verdict; it decides the quality check and changes nothing else."""
    sample = request.progress.sample
    in_doubt = groups_in_doubt(request, move, facts.directory, person)
    refusal = _refusal(request, move, facts, person, is_in_doubt=bool(in_doubt))
    if refusal is not None or sample is None:
        return refused(request, move, refusal or _NOT_SAMPLED, person)
    if in_doubt:
        return held(request, move, person, in_doubt)
    verdict, reason = _VERDICTS[move.choice], move.reason if move.choice is Choice.DISAGREE else None
    answered = evolved(
        sample,
        state=SampleState.ANSWERED,
        due_at=None,
        person=person.id,
        verdict=verdict,
        at=facts.now,
        reason=reason.code if reason else None,
        text=reason.text if reason else "",
        via=move.presser.identity.platform,
    )
    event = Event(
        kind=EventKind.SAMPLE_ANSWERED,
        actor=f"person:{person.id}",
        facts={
            "verdict": verdict.value,
            "digest": request.proposal.digest,
            "rule": request.proposal.ruling.rule,
            "via": answered.via,
            "reason_code": answered.reason.value if answered.reason else None,
        },
        private={"reason": answered.text} if answered.text else {},
    )
    told = recorded(_told(request, verdict))
    return Transition(request=progressed(request, sample=answered), events=(event,), answer=told)


def _ask(request: ApprovalRequest, sample: Sample, facts: Facts) -> Transition:
    step = request.terms.steps[0]
    asking = progressed(request, widened=step.voters)
    destinations = escalation.destinations_of(step.to, asking, facts.directory)
    if not destinations or not anybody_could_approve(facts.directory, asking):
        return _lapse(request, sample, facts, NOBODY_REACHED)
    lapses_at = facts.now + OPEN_FOR
    asked = evolved(sample, state=SampleState.ASKED, due_at=lapses_at, asked_at=facts.now)
    event = Event(
        kind=EventKind.SAMPLE_ASKED,
        actor=BY_CLOCK,
        facts={
            "posted": list(destinations),
            "step": 1,
            "round": 1,
            "rule": request.proposal.ruling.rule,
            "lapses_at": lapses_at.isoformat(),
        },
    )
    posted = progressed(asking, sample=asked, reached=destinations)
    return Transition(request=posted, events=(event,))


def _lapse(request: ApprovalRequest, sample: Sample, facts: Facts, why: str) -> Transition:
    lapsed = evolved(sample, state=SampleState.LAPSED, due_at=None, at=facts.now)
    event = Event(
        kind=EventKind.SAMPLE_LAPSED,
        actor=BY_CLOCK,
        facts={"why": why, "rule": request.proposal.ruling.rule},
    )
    return Transition(request=progressed(request, sample=lapsed), events=(event,))


def _refusal(
    request: ApprovalRequest, move: Press, facts: Facts, person: Person, *, is_in_doubt: bool
) -> Refused | None:
    directory, sample = facts.directory, request.progress.sample
    if sample is None:
        return _NOT_SAMPLED
    if is_in_doubt:
        ruled: Person | Refused | None = bars(directory, request, request.proposal, person)
    else:
        ruled = may_approve(directory, request, request.proposal, person)
    if isinstance(ruled, Refused):
        return ruled
    if sample.state is SampleState.LAPSED:
        return _LAPSED
    if sample.state is SampleState.ANSWERED:
        return _answered(sample, move, facts, person)
    if move.revision != request.revision:
        return _STALE
    return _NO_REASON if move.choice is Choice.DISAGREE and move.reason is None else None


def _answered(sample: Sample, move: Press, facts: Facts, person: Person) -> Refused:
    if sample.person == person.id:
        code = ALREADY if sample.verdict is _VERDICTS[move.choice] else "too_late"
        return Refused(code=code, sentence="Your verdict stands.")
    who = names(facts.directory, (sample.person,) if sample.person else ())
    return Refused(code="too_late", sentence=f"{who} gave a verdict already, so yours was not recorded.")


def _told(request: ApprovalRequest, verdict: Verdict) -> str:
    rule = request.proposal.ruling.rule
    if verdict is Verdict.AGREE:
        return f"Recorded: you agree with the rule {rule}, which approved it."
    return f"Recorded: you disagree with the rule {rule}, which approved it. The approval stands."
