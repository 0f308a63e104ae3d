"""What a reviewer weighs: facts, warnings, what each button does, and why it came here.

What is derived from the arguments stands beside what the agent merely claims, and the two are told apart.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from bot.domain import forecast, votes
from bot.domain.arguments import leaves
from bot.domain.card import LabelledValue
from bot.domain.card_ruling import ruling_said
from bot.domain.differences import differences
from bot.domain.directory import Directory
from bot.domain.packet import ReviewPacket, Signals
from bot.domain.redirecting import redirected_to
from bot.domain.request import ApprovalRequest
from bot.domain.sentences import names
from bot.domain.terms import Step, Target
from bot.domain.text import hides_something, one_line, quoted
from bot.domain.word_diff import condensed, marked

HIGH_IMPACT = "High impact: approved only with everything in view."
#: an agent less sure than this is worth a warning
LOW_CONFIDENCE = 0.6
LABEL = 60
ERASED = "What this was about was erased. Who decided what, and when, stays on record."


def facts(
    request: ApprovalRequest, packet: ReviewPacket, original: ReviewPacket | None, directory: Directory
) -> tuple[LabelledValue, ...]:
    """Changes first, then money, then the rest."""
    found = [
        *_changes(request, packet, original, directory),
        _derived("Action", request.proposal.action),
        *_at_stake(request, packet),
        *_about(packet),
        *_measured(packet.signals),
        _derived("Answerable", names(directory, (request.terms.action_owner,))),
    ]
    return tuple(fact for fact in found if fact.value)


def warnings(request: ApprovalRequest, packet: ReviewPacket) -> tuple[str, ...]:
    """What is unusual, the gravest first."""
    signals = packet.signals
    if request.progress.erased_at is not None:
        return (ERASED,)
    told = [
        (HIGH_IMPACT, request.proposal.high_impact),
        ("This cannot be undone.", request.proposal.irreversible),
        ("The customer asked for a human.", signals.asked_for_human),
        ("The agent says that this is an exception to policy.", signals.policy_exception),
        (f"Missing, the agent says: {', '.join(map(quoted, signals.missing))}.", signals.missing),
        (_confidence(signals), _unsure(signals)),
        ("The agent's text held hidden characters; their places are marked.", _hides(packet)),
        ("The arguments were changed by a reviewer; earlier votes are void.", request.revision > 1),
    ]
    # What is over is only on record: how pressing it was to look no longer matters.
    lasting = told[1:] if request.status.is_final else told
    skipped = () if request.status.is_final else request.progress.skipped
    return (*(sentence for sentence, holds in lasting if holds), *skipped)


def effects(
    request: ApprovalRequest, packet: ReviewPacket, directory: Directory, *, can_edit: bool = False
) -> tuple[LabelledValue, ...]:
    """What each button will cause: in the agent's words where it gave any, else in ours; over, none."""
    if request.status.is_final:
        return ()
    choices, said = request.proposal.choices, packet.action.effects
    following = forecast.next_step(request)
    found = []
    if "approve" in choices:
        found.append(_effect("If you approve", said.get("approve"), _if_approved(request, directory)))
    if request.veto_open:
        found.append(_effect("If you stop it", said.get("reject"), _if_stopped(request)))
        found.append(_derived("If nobody objects", f"{_may_run(request)}."))
    elif "reject" in choices:
        found.append(_effect("If you reject", said.get("reject"), "Nothing runs; the agent is told why."))
    if can_edit:
        found.append(_derived("If you edit", _if_edited(request)))
    if "escalate" in choices and following is not None:
        found.append(_derived("If you escalate", f"{asked(following[2])} is asked at once."))
    return tuple(found)


def why_here(request: ApprovalRequest, directory: Directory) -> str:
    """Why it was routed here, which rule says so, who owns the rule, and how far it came."""
    parts = list(ruling_said(request.proposal.ruling, directory))
    if request.proposal.route:
        parts.append(f"Route: {request.proposal.route}.")
    parts += request.proposal.passed_over
    if request.current_step is not None and not request.status.is_final:
        parts.append(f"Asked: {_turn(request, request.current_step)}.")
    return " ".join(part for part in parts if part)


def _turn(request: ApprovalRequest, step: Step) -> str:
    """Who is asked now; which step and round that is, where there are several."""
    progress, terms = request.progress, request.terms
    where = _listed(redirected_to(request) or step.to)
    if len(terms.steps) == 1 and not terms.repeat:
        return where
    turn = f", round {progress.round} of {terms.repeat + 1}" if terms.repeat else ""
    return f"step {progress.step} of {len(terms.steps)}{turn} ({where})"


def asked(step: Step) -> str:
    """Whom a step asks, as people write it: `#refunds, @finance`."""
    return _listed(step.to)


def _listed(targets: Iterable[Target]) -> str:
    return ", ".join(dict.fromkeys(target.label for target in targets)) or "nobody"


def _changes(
    request: ApprovalRequest, packet: ReviewPacket, original: ReviewPacket | None, directory: Directory
) -> Iterator[LabelledValue]:
    if original is None:
        return
    editors = tuple(dict.fromkeys(request.progress.edited_by))
    if editors:
        yield _derived("Edited by", names(directory, editors))
    for each in differences(original.action.arguments, packet.action.arguments, request.terms.mask):
        yield _derived(
            f"Changed: {each.path}", marked(condensed(each.words)) if each.words else each.sentence
        )


def _at_stake(request: ApprovalRequest, packet: ReviewPacket) -> Iterator[LabelledValue]:
    proposal, impact = request.proposal, packet.impact
    if proposal.amount is not None:
        yield _derived("Amount", f"{proposal.amount} {proposal.currency or ''}")
    elif impact.amount:
        yield _claimed("Amount", f"{impact.amount} {impact.currency or ''}")
    level = impact.level.value if impact.level else ""
    yield _claimed("Impact", ": ".join(part for part in (level, impact.summary) if part))
    if not proposal.irreversible:
        yield _derived("Can be undone", "yes")
    yield _claimed("Audience", packet.action.audience or "")


def _about(packet: ReviewPacket) -> Iterator[LabelledValue]:
    subject = packet.context.subject
    if subject is None:
        return
    known = [part for part in (subject.name, subject.id, subject.tier) if part]
    yield _claimed("About", ", ".join(known))
    for label, value in subject.facts.items():
        yield _claimed(label, str(value))


def _measured(signals: Signals) -> Iterator[LabelledValue]:
    if signals.confidence is not None:
        yield _claimed("Confidence", f"{signals.confidence:.0%}")
    if signals.sentiment or signals.sentiment_score is not None:
        score = "" if signals.sentiment_score is None else f"{signals.sentiment_score:+.1f}"
        yield _claimed("Sentiment", " ".join(part for part in (signals.sentiment, score) if part))
    yield _claimed("Topics", ", ".join(signals.topics))


def _may_run(request: ApprovalRequest) -> str:
    return f"{request.agent} may run {one_line(request.proposal.action)} with exactly these arguments"


def _if_stopped(request: ApprovalRequest) -> str:
    alone = request.terms.quorum.reject > 1 or request.terms.quorum.approve > 1
    return f"Nothing runs; the agent is told why.{' One person is enough for that.' if alone else ''}"


def _if_edited(request: ApprovalRequest) -> str:
    return f"{request.agent} may run it with your changes only, as far as rules and limits allow."


def _if_approved(request: ApprovalRequest, directory: Directory) -> str:
    needed = request.terms.quorum.approve
    runs = _may_run(request)
    if request.veto_open and needed <= 1:
        return f"{runs} at once instead of waiting for the window to pass."
    if needed <= 1:
        return f"{runs}."
    if _lacks_one(request, directory):
        return f"Yours is the last of the {needed} approvals needed: {runs}."
    return f"Your approval is one of the {needed} after which {runs}."


def _lacks_one(request: ApprovalRequest, directory: Directory) -> bool:
    """Whether whoever approves next is the last; where it takes groups of their own, that depends on who."""
    quorum = request.terms.quorum
    return not quorum.distinct_groups and len(votes.approvals(directory, request)) == quorum.approve - 1


def _effect(label: str, said: str | None, ours: str) -> LabelledValue:
    if said and one_line(said):
        return LabelledValue(label=label, value=quoted(said), claimed=True)
    return _derived(label, ours)


def _unsure(signals: Signals) -> bool:
    return signals.confidence is not None and signals.confidence < LOW_CONFIDENCE


def _confidence(signals: Signals) -> str:
    return f"The agent is not sure: its confidence is {signals.confidence or 0:.0%}."


def _hides(packet: ReviewPacket) -> bool:
    context, action = packet.context, packet.action
    texts = [packet.reasoning, packet.recommendation, action.summary, context.issue, *context.tried]
    texts += [text for item in context.evidence for text in (item.title, item.quote)]
    texts += [line.text for line in context.conversation]
    texts += [value for _, value in leaves(action.arguments) if isinstance(value, str)]
    return any(hides_something(text) for text in texts if text)


def _derived(label: str, value: str) -> LabelledValue:
    return LabelledValue(label=one_line(label, LABEL), value=one_line(value))


def _claimed(label: str, value: str) -> LabelledValue:
    return LabelledValue(label=one_line(label, LABEL), value=one_line(value), claimed=True)
