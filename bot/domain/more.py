"""The form behind More…: what else a person can do with a request now, in the words of every platform."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from bot.domain import escalation
from bot.domain.asking import LONGEST_QUESTION
from bot.domain.authority import Refused, allowed
from bot.domain.choice import Choice
from bot.domain.directory import Directory, Person
from bot.domain.handing import takers
from bot.domain.request import ApprovalRequest
from bot.domain.sentences import QUALITY_CHECK, names
from bot.domain.text import one_line

TITLE = "More"
WHAT = "What do you want to do?"
WORDS = "Your question, or the reason"
WORDS_HINT = "A question needs it; for escalating and handing over it is optional."
PERSON = "Hand over to"
SEND = "Send"
CHOOSE = "Choose what you want to do."
WRITE = "Write the question, then it is sent to the agent."
TO_WHOM = "Choose to whom it is handed over."
OVER = "This is over, so nothing more can be done with it."
#: what the form can send
MOVES = (
    Choice.CLAIM,
    Choice.RELEASE,
    Choice.ASK,
    Choice.HAND_OVER,
    Choice.ESCALATE,
    Choice.WITHDRAW,
)
#: characters that the text field takes
LONGEST_WORDS = LONGEST_QUESTION
#: people that a list can offer on every platform; who is not among them is handed it by a typed command
MOST_PEOPLE = 100

_HEADLINE = 250


@dataclass(frozen=True, slots=True, kw_only=True)
class MoveOption:
    """One thing that can be done."""

    choice: Choice
    label: str


@dataclass(frozen=True, slots=True, kw_only=True)
class MoreForm:
    """What one person can do now; without moves there is only a sentence why."""

    #: opaque, as on the card's buttons
    reference: str
    headline: str
    moves: tuple[MoveOption, ...] = ()
    #: id and name of those whom it can be handed to; empty where handing over is not offered
    people: tuple[tuple[str, str], ...] = ()
    #: why there is nothing to choose
    note: str = ""


def more_form(request: ApprovalRequest, directory: Directory, person: Person, *, reference: str) -> MoreForm:
    """The form as it should be shown to this person now."""
    headline = one_line(request.proposal.summary, _HEADLINE) or request.proposal.action
    note = _why_nothing(request, directory, person)
    if note:
        return MoreForm(reference=reference, headline=headline, note=note)
    others = takers(request, directory, person.id)[:MOST_PEOPLE]
    return MoreForm(
        reference=reference,
        headline=headline,
        moves=tuple(_moves(request, directory, person, may_hand_over=bool(others))),
        people=tuple((each.id, each.name) for each in others),
    )


def _why_nothing(request: ApprovalRequest, directory: Directory, person: Person) -> str:
    if request.is_blind:
        return QUALITY_CHECK
    if request.status.is_final:
        return OVER
    ruled = allowed(directory, request, person, Choice.CLAIM)
    return ruled.sentence if isinstance(ruled, Refused) else ""


def _moves(
    request: ApprovalRequest, directory: Directory, person: Person, *, may_hand_over: bool
) -> Iterator[MoveOption]:
    claim = request.progress.claim
    if claim is not None and claim.person == person.id:
        yield MoveOption(choice=Choice.RELEASE, label="I am not looking into it any more")
    elif claim is not None:
        holder = names(directory, (claim.person,))
        yield MoveOption(choice=Choice.CLAIM, label=f"I look into it instead of {holder}")
    else:
        yield MoveOption(choice=Choice.CLAIM, label="I am looking into it")
    yield MoveOption(choice=Choice.ASK, label="Ask the agent")
    if may_hand_over:
        yield MoveOption(choice=Choice.HAND_OVER, label="Hand over to somebody else")
    if Choice.ESCALATE in request.proposal.choices and escalation.has_next(request):
        yield MoveOption(choice=Choice.ESCALATE, label="Escalate, with a reason")
    if any(vote.person == person.id for vote in request.progress.votes):
        yield MoveOption(choice=Choice.WITHDRAW, label="Take back my vote")
