"""Explains what a policy makes of a packet: each thing that was looked at, in the order of their weight."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from typing import TYPE_CHECKING

from bot.domain import authority, pausing
from bot.domain.directory import AgentEntry
from bot.domain.evolve import evolved
from bot.domain.explanation import About, Explanation, Step
from bot.domain.history import History
from bot.domain.moves import Facts
from bot.domain.packet import ReviewPacket
from bot.domain.request import ApprovalRequest, Ruling
from bot.domain.rules import Deferred, Question
from bot.domain.status import Status
from bot.domain.tracing import Answer, Traced, Tried, traced
from bot.policy.durations import written
from bot.policy.entries import ActionEntry
from bot.policy.paths import wire_path
from bot.policy.scopes import Standing
from bot.policy.told_routes import routes_told
from bot.spelling import listed
from bot.submissions import Ask, Assessment

if TYPE_CHECKING:
    from bot.policy.policy import Policy

_ANSWERS = {
    Answer.TOOK: "matched",
    Answer.PASSED: "did not match",
    Answer.UNTOLD: "could not be told",
}


def explain(
    policy: Policy, ask: Ask, found: Assessment, history: History | None, now: datetime
) -> Explanation:
    """Explain an assessment of this policy; `history` is what it was given, None where it needed none."""
    agent, packet = ask.agent, ask.packet
    caller = policy.directory.agents[agent]
    entry = policy.entries.get(packet.action.name, policy.unlisted)
    question = policy.question(caller, packet, entry.derivation.facts(packet))
    trace = traced(question, history)
    proposal = found.proposal
    if isinstance(trace.ruling, Ruling):
        proposal = evolved(proposal, ruling=trace.ruling)
    request = ApprovalRequest(
        id="",
        agent=agent,
        created_at=now,
        status=Status.PENDING,
        version=0,
        terms=found.terms,
        proposal=proposal,
    )
    request = pausing.gated(request, Facts(now=now, directory=policy.directory))
    steps = (
        _scope(policy, caller, packet.action.name),
        *_action(policy, entry, packet.action.name, request),
        *_bounds(policy, question, packet),
        *_rules(policy, trace, packet.action.name, history),
        _ruling(policy, request.proposal.ruling, trace),
        *routes_told(policy, ask, found),
        *_escalation(request),
        *_reviewers(policy, request),
    )
    return Explanation(
        proposal=request.proposal,
        terms=found.terms,
        steps=steps,
        approvers=authority.could_approve(policy.directory, request),
    )


def _scope(policy: Policy, caller: AgentEntry, action: str) -> Step:
    scope = policy.scopes.of(caller.name, action)
    said = {
        Standing.OUT_OF_SCOPE: f"{scope.asks} So a person decides, whatever rules say.",
        Standing.ALWAYS_ASK: f"{scope.asks} So nothing lets it run without one.",
        Standing.SCORED: f"{caller.name} may ask for {action}; the rules decide, else a person does.",
        Standing.ALONE: f"{caller.name} may do {action} alone, unless a rule says otherwise.",
    }
    return Step(about=About.SCOPE, result=scope.standing.value, sentence=said[scope.standing])


def _action(policy: Policy, entry: ActionEntry, action: str, request: ApprovalRequest) -> Iterator[Step]:
    owner = _named(policy, entry.owner)
    if entry is policy.unlisted:
        said = f"The policy does not list {action}, so it counts as irreversible; {owner} answers for it."
        yield Step(about=About.ACTION, sentence=said)
        return
    kind = "only reads" if entry.reads else "changes something"
    said = f"{action} is listed as one that {kind}; {owner} answers for it."
    if entry.requires:
        parts = listed([requirement.path for requirement in entry.requires])
        said += f" It has to come with {parts}, and does."
    yield Step(about=About.ACTION, sentence=said)
    amount, derived = request.proposal.amount, entry.derivation.amount
    if amount is not None and derived is not None:
        said = f"It comes to {amount} {request.proposal.currency}, as {wire_path(derived)} says."
        yield Step(about=About.ACTION, sentence=said)


def _bounds(policy: Policy, question: Question, packet: ReviewPacket) -> Iterator[Step]:
    entry = policy.entries.get(packet.action.name, policy.unlisted)
    if question.bounds.irreversible:
        whose = "the policy says" if not entry.reversible else "the agent says"
        said = f"It cannot be undone, as {whose}: a person decides, or a rule refuses it."
        yield Step(about=About.BOUNDS, result="irreversible", sentence=said)
    else:
        yield Step(about=About.BOUNDS, result="reversible", sentence="It can be undone.")
    if question.bounds.spending is not None:
        budget = question.bounds.spending.budget
        most = [f"{budget.automatic_per_day} requests"] if budget.automatic_per_day is not None else []
        most += [str(budget.amount_per_day)] if budget.amount_per_day is not None else []
        said = f"Of its agent's requests, {listed(most)} may run by themselves in a day."
        yield Step(about=About.BOUNDS, result="budget", sentence=said)
    pause = policy.directory.steering.pause_of(packet.action.name)
    if pause is not None:
        said = f"{pause.match} is paused, so nothing of it runs without a person."
        yield Step(about=About.BOUNDS, result="paused", sentence=said)


def _rules(policy: Policy, trace: Traced, action: str, history: History | None) -> Iterator[Step]:
    needed = trace.ruling.history if isinstance(trace.ruling, Ruling) else {}
    if isinstance(trace.ruling, Deferred):
        names = listed(sorted(trace.ruling.needs))
        yield Step(about=About.HISTORY, sentence=f"What came before is not known here: {names}.")
    elif needed and history is not None:
        known = listed([f"{name} is {value}" for name, value in needed.items()])
        yield Step(about=About.HISTORY, sentence=f"Of what came before, {known}.")
    for tried in trace.tried:
        yield _tried(tried, policy.rules.conditions[tried.rule.name])
    asked = {tried.rule.name for tried in trace.tried}
    rules = policy.rules.of(action).rules
    left = [rule.name for rule in (*rules.refusals, *rules.others) if rule.name not in asked]
    if left:
        said = f"Not asked any more: {listed(left)}."
        yield Step(about=About.RULE, result="unasked", sentence=said)
    elif not asked:
        yield Step(about=About.RULE, sentence=f"The policy has no rule for {action}.")


def _tried(tried: Tried, condition: str) -> Step:
    rule = tried.rule
    said = f"The rule {rule.name} {_ANSWERS[tried.answer]}"
    if tried.why:
        said += f": {tried.why}"
    elif tried.read:
        said += f": {listed([f'{name} is {value}' for name, value in tried.read.items()])}"
    demanded = f" It demands {rule.then.value}." if tried.answer is Answer.TOOK else ""
    if rule.shadow and tried.answer is not Answer.PASSED:
        demanded = f" It is in the shadow: {rule.then.value} is only noted."
    elif tried.answer is Answer.UNTOLD:
        demanded = " So a person decides."
    return Step(
        about=About.RULE,
        name=rule.name,
        result=tried.answer.value,
        sentence=f"{said}.{demanded}",
        detail=condition,
    )


def _ruling(policy: Policy, ruling: Ruling, trace: Traced) -> Step:
    until = " until what came before is counted" if isinstance(trace.ruling, Deferred) else ""
    owner = f", for which {_named(policy, ruling.owner)} answers" if ruling.owner else ""
    said = f"So it is {ruling.mode.value}{until}, by {ruling.rule}{owner}: {ruling.why}"
    return Step(about=About.RULING, name=ruling.rule, result=ruling.mode.value, sentence=said)


def _escalation(request: ApprovalRequest) -> Iterator[Step]:
    terms = request.terms
    votes = terms.quorum.approve
    said = (
        f"Where people decide, {terms.escalation_policy} asks for {votes} approval{'s' * (votes != 1)} of"
        f" {listed(terms.quorum.voters, 'or')}."
    )
    yield Step(about=About.ESCALATION, name=terms.escalation_policy, sentence=said)
    for number, step in enumerate(terms.steps, start=1):
        to = listed([target.label for target in step.to])
        said = f"Step {number} asks {to} and waits {written(step.wait)}."
        yield Step(about=About.ESCALATION, name=terms.escalation_policy, sentence=said)


def _reviewers(policy: Policy, request: ApprovalRequest) -> Iterator[Step]:
    able: list[str] = []
    for name in authority.eligible(policy.directory, request):
        person = policy.directory.people[name]
        barred = authority.bars(policy.directory, request, request.proposal, person)
        if barred is None:
            able.append(person.name)
            continue
        said = f"{person.name} is asked, but could not approve it."
        yield Step(
            about=About.REVIEWERS, name=person.id, result=barred.code, sentence=said, detail=barred.sentence
        )
    if able:
        said = f"{listed(able)} could approve it now."
        yield Step(about=About.REVIEWERS, result="able", sentence=said)
    short = request.terms.quorum.approve - len(able)
    if short > 0:
        widened = any(step.voters for step in request.terms.steps)
        later = "; later steps ask others too" if widened else "; name more people under from"
        said = f"At the first step {short} approval{'s' * (short != 1)} could not be had{later}."
        yield Step(about=About.REVIEWERS, result="short", sentence=said)


def _named(policy: Policy, person: str) -> str:
    found = policy.directory.people.get(person)
    return found.name if found is not None else person
