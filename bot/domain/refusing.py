"""Saying no to a press, or answering it without a change: on record, and privately to the one who pressed."""

from __future__ import annotations

from bot.domain.authority import Refused
from bot.domain.directory import Person
from bot.domain.effects import Effect, Tell
from bot.domain.events import STRANGER, Event, EventKind
from bot.domain.moves import Press
from bot.domain.request import ApprovalRequest
from bot.domain.transition import Answer, Transition

#: the press changed nothing because it had happened before, by the same hand
ALREADY = "already"


def refused(
    request: ApprovalRequest, move: Press, refusal: Refused, person: Person | None = None
) -> Transition:
    """The press changes nothing; its maker is told why, and it is on record."""
    identity = move.presser.identity
    account = f"{identity.platform}:{identity.tenant or '-'}/{identity.user}"
    event = Event(
        kind=EventKind.PRESS_REFUSED,
        actor=f"person:{person.id}" if person else STRANGER,
        facts={"choice": move.choice.value, "why": refusal.code, "via": identity.platform},
        private={} if person else {"account": account, "name": move.presser.name},
    )
    answer = Answer(accepted=refusal.code == ALREADY, code=refusal.code, sentence=refusal.sentence)
    return Transition(request=request, events=(event,), effects=told(move, answer), answer=answer)


def told(move: Press, answer: Answer) -> tuple[Effect, ...]:
    """The private answer, where the caller does not give it itself."""
    return (Tell(address=move.reply_to, sentence=answer.sentence),) if move.reply_to else ()
