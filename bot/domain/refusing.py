"""Saying no to a press, or answering it without a change: on record, and privately to the one who pressed."""

from __future__ import annotations

from bot.domain.authority import Refused
from bot.domain.directory import Identity, Person
from bot.domain.effects import Effect, Tell
from bot.domain.events import STRANGER, Event, EventKind
from bot.domain.moves import Press, Presser
from bot.domain.request import ApprovalRequest
from bot.domain.transition import Answer, Transition

#: the refusal of an approval that is possible in the browser only
IN_BROWSER = "needs_browser"
#: the press changed nothing because it had happened before, by the same hand
ALREADY = "already"


def refused(
    request: ApprovalRequest, move: Press, refusal: Refused, person: Person | None = None
) -> Transition:
    """The press changes nothing; its maker is told why, and it is on record."""
    identity = move.presser.identity
    event = Event(
        kind=EventKind.PRESS_REFUSED,
        actor=f"person:{person.id}" if person else STRANGER,
        facts={"choice": move.choice.value, "why": refusal.code, "via": identity.platform},
        private={} if person else {"account": _account(identity), "name": move.presser.name},
    )
    answer = Answer(accepted=refusal.code == ALREADY, code=refusal.code, sentence=refusal.sentence)
    effects: tuple[Effect, ...] = told(move, answer)
    if refusal.code == IN_BROWSER and person is not None:
        effects = _with_link(move, answer, person)
    return Transition(request=request, events=(event,), effects=effects, answer=answer)


def command_refused(
    request: ApprovalRequest, presser: Presser, command: str, refusal: Refused, person: Person | None = None
) -> Transition:
    """As `refused`, for what was said rather than pressed; its maker is answered where it was said."""
    identity = presser.identity
    event = Event(
        kind=EventKind.PRESS_REFUSED,
        actor=f"person:{person.id}" if person else STRANGER,
        facts={"choice": command, "why": refusal.code, "via": identity.platform},
        private={} if person else {"account": _account(identity), "name": presser.name},
    )
    answer = Answer(accepted=False, code=refusal.code, sentence=refusal.sentence)
    return Transition(request=request, events=(event,), answer=answer)


def told(move: Press, answer: Answer) -> tuple[Effect, ...]:
    """The private answer, where the caller does not give it itself."""
    return (Tell(address=move.reply_to, sentence=answer.sentence),) if move.reply_to else ()


def _with_link(move: Press, answer: Answer, person: Person) -> tuple[Effect, ...]:
    """A way into the browser, where nobody else reads it."""
    address = move.reply_to or move.later_to
    return (Tell(address=address, sentence=answer.sentence, sign_in=person.id),) if address else ()


def _account(identity: Identity) -> str:
    return f"{identity.platform}:{identity.tenant or '-'}/{identity.user}"
