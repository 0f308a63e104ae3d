"""What people and the agent say about a request of their own accord: kept in its audit events, up to a bound.

Questions to the agent and their answers are `asking`'s.

The words are private values of events, so that erasing them there erases them everywhere. Nothing that is
said decides anything.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from bot.domain.authority import Refused, identify
from bot.domain.card import Quotation
from bot.domain.directory import Directory
from bot.domain.events import Event, EventKind
from bot.domain.holding import renewed
from bot.domain.moves import Facts, Remark
from bot.domain.request import ApprovalRequest
from bot.domain.sentences import names
from bot.domain.text import inert
from bot.domain.transition import Answer, Transition, progressed
from bot.domain.visibility import may_see

#: of one request; a thread that goes on is a conversation, which the chat keeps
MOST = 200
#: characters of one
LONGEST = 4_000
#: the newest that are shown; earlier ones are in the audit trail
MOST_SHOWN = 20

#: events whose private `text` is what somebody said
KINDS = (EventKind.PERSON_SAID, EventKind.AGENT_SAID)

NOT_KEPT = Answer(accepted=False, code="not_kept", sentence="This was not kept with the request.")
FULL = Answer(
    accepted=False, code="conflict", sentence=f"No more than {MOST} messages are kept with one request."
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Said:
    """Something that was said."""

    #: the actor of its event: `person:ann`, `agent:support-bot`
    by: str
    text: str
    at: datetime
    #: what it answers, as the agent names it
    reply_to: str | None = None

    @property
    def from_agent(self) -> bool:
        """Whether these are the agent's words."""
        return self.by.startswith("agent:")


def remark(request: ApprovalRequest, move: Remark, facts: Facts) -> Transition:
    """Keep what a person said in a card's thread, if they may see the request; nothing else changes."""
    person = identify(facts.directory, move.presser)
    text = inert(move.text, limit=LONGEST)
    if isinstance(person, Refused) or not text or not may_see(facts.directory, request, person.id):
        return Transition(request=request, answer=NOT_KEPT)
    event = Event(
        kind=EventKind.PERSON_SAID,
        actor=f"person:{person.id}",
        facts={"via": move.presser.identity.platform},
        private={"text": text},
    )
    return renewed(kept(request, event), facts, person.id)


def kept(request: ApprovalRequest, event: Event) -> Transition:
    """The request with one more thing said about it, or the refusal of one too many."""
    if request.progress.said >= MOST:
        return Transition(request=request, answer=FULL)
    return Transition(request=progressed(request, said=request.progress.said + 1), events=(event,))


def quotations(said: Sequence[Said], directory: Directory) -> tuple[Quotation, ...]:
    """What was said as a card shows it, the newest last; answers stand with their questions."""
    return tuple(_quotation(each, directory) for each in said if each.reply_to is None)


def _quotation(said: Said, directory: Directory) -> Quotation:
    kind, _, name = said.by.partition(":")
    who = names(directory, (name,)) if kind == "person" else name
    return Quotation(
        heading=f"{who} · {said.at:%Y-%m-%d %H:%M} UTC",
        text=inert(said.text, limit=LONGEST),
        from_agent=said.from_agent,
        on_record=True,
    )
