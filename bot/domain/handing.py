"""Handing over: somebody else, who could decide it, is asked to look into it, which gives nobody a right."""

from __future__ import annotations

from bot.domain import escalation
from bot.domain.attention import Claim
from bot.domain.authority import Refused, could_approve, listed
from bot.domain.directory import Directory, Person
from bot.domain.events import Event, EventKind
from bot.domain.holding import lapses_at
from bot.domain.moves import Facts, Press
from bot.domain.refusing import refused
from bot.domain.request import ApprovalRequest
from bot.domain.text import inert
from bot.domain.transition import Transition, progressed, recorded

#: what went through this many hands is decided, or given up, by the last ones
MOST_HANDED = 5
#: characters of what is said with it
LONGEST_WORDS = 1_000


def hand_over(request: ApprovalRequest, move: Press, facts: Facts, person: Person) -> Transition:
    """Have somebody else look into it; both names go on record, and escalation goes on as it would."""
    to = facts.directory.people.get(move.to or "")
    refusal = _refusal(request, facts, person, to)
    if refusal is not None or to is None:
        return refused(request, move, refusal or _nobody(request, facts, person), person)
    gated = escalation.lifted(request, facts, actor=f"person:{person.id}", why="somebody looks into it")
    return gated.then(_handed(gated.request, move, facts, person, to))


def takers(request: ApprovalRequest, directory: Directory, person: str) -> tuple[Person, ...]:
    """To whom somebody can hand it over: whoever could approve it, has not voted and has not had it."""
    claim = request.progress.claim
    out = {person, *_hands(request), *(vote.person for vote in request.progress.votes)}
    if claim is not None:
        out.add(claim.person)
    able = could_approve(directory, request)
    return tuple(each for each in able if each.id not in out and not _is_away(directory, each))


def _refusal(request: ApprovalRequest, facts: Facts, person: Person, to: Person | None) -> Refused | None:
    claim = request.progress.claim
    if to is None:
        return _nobody(request, facts, person)
    if to.id == person.id:
        return Refused(code="yourself", sentence="That is you; choose somebody else, or look into it.")
    if claim is not None and len(claim.handed_by) >= MOST_HANDED:
        return Refused(
            code="handed_too_often",
            sentence=f"This went through {MOST_HANDED} hands already; decide it, escalate it or release it.",
        )
    if claim is not None and to.id == claim.person:
        return Refused(code="holds_it", sentence=f"{to.name} looks into this already.")
    if to in takers(request, facts.directory, person.id):
        return None
    if _is_away(facts.directory, to):
        why = f"{to.name} is away."
    elif to.id in _hands(request):
        why = f"{to.name} has handed this on already."
    elif any(vote.person == to.id for vote in request.progress.votes):
        why = f"{to.name} has voted on this already."
    else:
        why = f"{to.name} could not approve this, so it was not handed over."
    return Refused(code="cannot_take_it", sentence=_with_takers(why, request, facts, person))


def _is_away(directory: Directory, person: Person) -> bool:
    return directory.steering.absence_of(person.id) is not None


def _nobody(request: ApprovalRequest, facts: Facts, person: Person) -> Refused:
    sentence = _with_takers("Say to whom; nothing was recorded.", request, facts, person)
    return Refused(code="person_needed", sentence=sentence)


def _with_takers(why: str, request: ApprovalRequest, facts: Facts, person: Person) -> str:
    able = [each.name for each in takers(request, facts.directory, person.id)]
    return f"{why} {listed(able)} could take it." if able else f"{why} There is nobody else who could."


def _hands(request: ApprovalRequest) -> tuple[str, ...]:
    claim = request.progress.claim
    return (*claim.handed_by, claim.person) if claim is not None and claim.handed_by else ()


def _handed(request: ApprovalRequest, move: Press, facts: Facts, person: Person, to: Person) -> Transition:
    progress, before = request.progress, request.progress.claim
    claim = Claim(
        person=to.id,
        at=facts.now,
        lapses_at=lapses_at(request, facts),
        handed_by=(*(before.handed_by if before else ()), person.id),
    )
    own = facts.directory.asked_at(to.id, near=progress.reached, dead=progress.undeliverable)
    event = Event(
        kind=EventKind.REQUEST_HANDED_OVER,
        actor=f"person:{person.id}",
        facts={
            "to": to.id,
            "hands": list(claim.handed_by),
            "lapses_at": claim.lapses_at.isoformat(),
            "step": progress.step,
            "round": progress.round,
            "posted": [d for d in own if d not in progress.reached],
            "told": list(own),
        },
        private=_said(person, to, inert(move.words, limit=LONGEST_WORDS)),
    )
    handed = progressed(
        request,
        claim=claim,
        remind_at=None,
        reaching=tuple(dict.fromkeys((*progress.reaching, *own))),
        reached=tuple(dict.fromkeys((*progress.reached, *own))),
    )
    sentence = f"Handed over to {to.name}, who is told."
    return Transition(request=handed, events=(event,), answer=recorded(sentence))


def _said(person: Person, to: Person, words: str) -> dict[str, str]:
    names = {"by_name": person.name, "to_name": to.name}
    return {**names, "words": words} if words else names
