"""What follows from what happened: the whole reactive behaviour in one table."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from datetime import datetime
from typing import TypeAlias, cast

from bot.domain import forecast
from bot.domain.destinations import is_person
from bot.domain.effects import CallbackType, Effect, Ping, PostCard, RedrawCards, SendCallback
from bot.domain.events import Event, EventKind
from bot.domain.request import ApprovalRequest
from bot.domain.status import Status
from bot.domain.text import quoted

#: nobody is helped by a line that mentions a whole department
MOST_MENTIONS = 8
#: an agent's word beside the card is one line; more belongs into a request
MOST_CHARACTERS = 1_500
#: characters of a question that are told again with its answer
_RECALLED = 80

FINAL_CALLBACK = {
    Status.APPROVED: CallbackType.APPROVED,
    Status.REJECTED: CallbackType.REJECTED,
    Status.EXPIRED: CallbackType.EXPIRED,
    Status.CANCELLED: CallbackType.CANCELLED,
}

Consequence: TypeAlias = Callable[[ApprovalRequest, Event], Iterable[Effect]]


def of(request: ApprovalRequest, events: tuple[Event, ...]) -> tuple[Effect, ...]:
    """The effects of events on a request as it stands after them, each once however many events cause it."""
    effects = [
        effect for event in events for rule in EFFECTS.get(event.kind, ()) for effect in rule(request, event)
    ]
    if request.is_blind:
        # What came of it is no business of whoever judges it, and its card shows nothing of that.
        effects = [effect for effect in effects if not isinstance(effect, Ping | RedrawCards)]
    return tuple(dict.fromkeys(effects))


def _redraw(request: ApprovalRequest, event: Event) -> Iterator[Effect]:
    yield RedrawCards()


def _redraw_footer(request: ApprovalRequest, event: Event) -> Iterator[Effect]:
    yield RedrawCards(urgent=False)


def _post_cards(request: ApprovalRequest, event: Event) -> Iterator[Effect]:
    step, turn = cast(int, event.facts["step"]), cast(int, event.facts["round"])
    for destination in cast(list[str], event.facts["posted"]):
        yield PostCard(destination=destination, step=step, round=turn)


def _post_instead(request: ApprovalRequest, event: Event) -> Iterator[Effect]:
    if "posted" in event.facts:
        yield from _post_cards(request, event)


def _ask_again(request: ApprovalRequest, event: Event) -> Iterator[Effect]:
    yield from _pings(request, event, "pinged", "Still waiting for a decision, asking again.")


def _remind(request: ApprovalRequest, event: Event) -> Iterator[Effect]:
    yield from _pings(request, event, "to", f"Reminder: this still waits for a decision.{_until(request)}")


def _look_again(request: ApprovalRequest, event: Event) -> Iterator[Effect]:
    if request.status.is_final or request.progress.reaching != tuple(
        cast(list[str], event.facts.get("to", []))
    ):
        return  # over, or asked elsewhere by now
    yield from _pings(
        request, event, "to", "The arguments were changed, and earlier votes are void; please look again."
    )


def _pings(request: ApprovalRequest, event: Event, where: str, line: str) -> Iterator[Effect]:
    people = tuple(cast(list[str], event.facts["people"]))
    for destination in cast(list[str], event.facts[where]):
        yield Ping(destination=destination, line=line, people=people[:MOST_MENTIONS])


def _agent_line(request: ApprovalRequest, event: Event) -> Iterator[Effect]:
    words = quoted(event.private["text"], MOST_CHARACTERS)
    question = next((q for q in request.progress.questions if q.id == event.facts["reply_to"]), None)
    does = f"answers {quoted(question.text, _RECALLED)}" if question is not None else "says"
    yield from _everywhere(request, f"{request.agent} {does}: {words}")


def _asked_line(request: ApprovalRequest, event: Event) -> Iterator[Effect]:
    words = quoted(event.private["text"], MOST_CHARACTERS)
    yield from _everywhere(request, f"{event.private['by_name']} asks {request.agent}: {words}")


def _redraw_said(request: ApprovalRequest, event: Event) -> Iterator[Effect]:
    yield RedrawCards(urgent=event.facts["reply_to"] is not None)


def _handed_lines(request: ApprovalRequest, event: Event) -> Iterator[Effect]:
    """The one who has it now is told directly, and in the channels that everybody reads."""
    words = event.private.get("words")
    said = f" {quoted(words, MOST_CHARACTERS)}" if words else ""
    by, to = event.private["by_name"], event.private["to_name"]
    people = (cast(str, event.facts["to"]),)
    told = cast(list[str], event.facts["told"])
    for destination in told:
        yield Ping(destination=destination, line=f"{by} hands this over to you.{said}", people=people)
    for destination in request.progress.reaching:
        if destination not in told and not is_person(destination):
            yield Ping(destination=destination, line=f"{by} hands this over to {to}.{said}", people=people)


def _everywhere(request: ApprovalRequest, line: str) -> Iterator[Effect]:
    for destination in request.progress.reached:
        if destination not in request.progress.undeliverable:
            yield Ping(destination=destination, line=line)


def _callback(kind: CallbackType) -> Consequence:
    def send(request: ApprovalRequest, event: Event) -> Iterator[Effect]:
        if request.proposal.callback_url:
            yield SendCallback(type=kind, url=request.proposal.callback_url)

    return send


def _final_callback(request: ApprovalRequest, event: Event) -> Iterator[Effect]:
    yield from _callback(FINAL_CALLBACK[request.status])(request, event)


def _until(request: ApprovalRequest) -> str:
    """What comes next if nobody decides; lines carry no moments, so the time is named in UTC."""
    moves_on_at, expires_at = forecast.moves_on_at(request), forecast.expires_at(request)
    if moves_on_at is not None:
        return f" Somebody else is asked {_at(moves_on_at)}."
    return f" It expires {_at(expires_at)}." if expires_at is not None else ""


def _at(moment: datetime) -> str:
    return f"at {moment:%H:%M} UTC on {moment.day} {moment:%B}"


def _redirected_lines(request: ApprovalRequest, event: Event) -> Iterator[Effect]:
    """Whoever is asked now is told, and where it stood before is said where it went."""
    by, to = event.private["by_name"], event.private["to"]
    yield from _pings(request, event, "pinged", f"{by} sent this here.")
    for destination in cast(list[str], event.facts["left"]):
        if not is_person(destination):
            yield Ping(destination=destination, line=f"{by} sent this to {to}.")


def _covered_lines(request: ApprovalRequest, event: Event) -> Iterator[Effect]:
    yield from _pings(request, event, "pinged", "You cover for somebody who is away, so this waits for you.")


EFFECTS: dict[EventKind, tuple[Consequence, ...]] = {
    EventKind.REQUEST_RULED: (_final_callback,),
    EventKind.PEOPLE_TOLD: (_post_cards,),
    EventKind.STEP_STARTED: (_post_cards, _ask_again),
    EventKind.REMINDER_DUE: (_remind,),
    EventKind.REQUEST_ESCALATED: (_redraw, _callback(CallbackType.ESCALATED)),
    EventKind.CARD_UNDELIVERABLE: (_redraw_footer, _post_instead),
    EventKind.VOTE_CAST: (_redraw,),
    EventKind.VOTE_WITHDRAWN: (_redraw,),
    EventKind.REQUEST_EDITED: (_redraw, _look_again),
    EventKind.REQUEST_REDIRECTED: (_redraw, _post_cards, _redirected_lines),
    EventKind.REQUEST_COVERED: (_redraw_footer, _post_cards, _covered_lines),
    EventKind.REQUEST_PAUSED: (_redraw,),
    EventKind.REQUEST_RESUMED: (_redraw,),
    EventKind.REQUEST_CLAIMED: (_redraw,),
    EventKind.CLAIM_LAPSED: (_redraw,),
    EventKind.CLAIM_RELEASED: (_redraw,),
    EventKind.REQUEST_HANDED_OVER: (_redraw, _post_cards, _handed_lines),
    EventKind.QUESTION_ASKED: (_redraw, _asked_line, _callback(CallbackType.QUESTION)),
    EventKind.VETO_STARTED: (_redraw,),
    EventKind.VETO_STAYED: (_redraw,),
    EventKind.VETO_EXTENDED: (_redraw,),
    EventKind.VETO_LIFTED: (_redraw,),
    EventKind.REQUEST_DECIDED: (_redraw, _final_callback),
    EventKind.SAMPLE_ASKED: (_post_cards,),
    EventKind.SAMPLE_ANSWERED: (_redraw,),
    EventKind.SAMPLE_LAPSED: (_redraw,),
    EventKind.REQUEST_RATED: (_redraw,),
    EventKind.REQUEST_EXPIRED: (_redraw, _final_callback),
    EventKind.REQUEST_CANCELLED: (_redraw, _final_callback),
    EventKind.APPROVAL_REDEEMED: (_redraw,),
    EventKind.OUTCOME_REPORTED: (_redraw,),
    EventKind.REQUEST_REVERTED: (_redraw, _callback(CallbackType.REVERTED)),
    EventKind.AGENT_SAID: (_redraw_said, _agent_line),
    EventKind.PERSON_SAID: (_redraw_footer,),
    EventKind.CALLBACK_GIVEN_UP: (_redraw_footer,),
    EventKind.REQUEST_ERASED: (_redraw_footer,),
    EventKind.WORDS_ERASED: (_redraw_footer,),
}
