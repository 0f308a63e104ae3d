"""What is said in the thread of a card: it is about that request."""

from __future__ import annotations

from datetime import timedelta

from bot.domain.choice import Choice
from bot.domain.errors import Invalid, NotFound
from bot.domain.mentions import commands, parse
from bot.domain.moves import Move, Press, Redirect, Withdraw
from bot.domain.request import ApprovalRequest
from bot.domain.visibility import may_see
from bot.speaking.desk import Desk, Said
from bot.speaking.places import targets
from bot.speaking.spoken import Heard

#: a bare `cancel` within this time of a preview may be about that
_LATELY = timedelta(minutes=15)
_WHICH = (
    "Nothing has changed. `no` drops what I showed you;"
    " `cancel` with a reason behind it withdraws this request."
)
_ELSEWHERE = "Say that in the thread of the card that it is about."


async def send_to(desk: Desk, said: Said, command: commands.SendTo) -> Heard:
    """Have the current step ask others, or ask them as well."""
    request = await _request(desk, said)
    to = await targets(desk, said, command.to)
    return await _moved(
        desk,
        Redirect(
            request_id=request.id,
            command_id=said.id,
            presser=said.spoken.presser,
            to=to,
            adds=command.adds,
        ),
    )


async def claim(desk: Desk, said: Said) -> Heard:
    """Look into it."""
    return await _pressed(desk, said, Choice.CLAIM)


async def escalate(desk: Desk, said: Said, command: commands.Escalate) -> Heard:
    """Have the next step asked now."""
    return await _pressed(desk, said, Choice.ESCALATE, command.why)


async def ask(desk: Desk, said: Said, command: commands.AskAgent) -> Heard:
    """Put a question to the agent."""
    return await _pressed(desk, said, Choice.ASK, command.question)


async def withdraw(desk: Desk, said: Said, command: commands.Withdraw) -> Heard:
    """End the request without a decision; a bare `cancel` after a preview may mean that one instead."""
    request = await _request(desk, said)
    if not command.reason and await _is_shown_something(desk, said):
        raise Invalid(_WHICH)
    return await _moved(
        desk,
        Withdraw(
            request_id=request.id,
            command_id=said.id,
            presser=said.spoken.presser,
            reason=command.reason,
        ),
    )


async def _pressed(desk: Desk, said: Said, choice: Choice, words: str = "") -> Heard:
    request = await _request(desk, said)
    moved = await desk.approvals.press(
        Press(
            request_id=request.id,
            command_id=said.id,
            presser=said.spoken.presser,
            choice=choice,
            revision=None,
            # So that two people who escalate at once escalate one step.
            step=request.progress.step,
            round=request.progress.round,
            words=words,
        )
    )
    return _answer(moved.answer.sentence, openly=moved.answer.accepted)


async def _moved(desk: Desk, move: Move) -> Heard:
    moved = await desk.store.move(move)
    return _answer(moved.answer.sentence, openly=moved.answer.accepted)


async def _request(desk: Desk, said: Said) -> ApprovalRequest:
    """The request of the thread; raises `Invalid` outside one, `NotFound` for what they may not see."""
    request_id = said.spoken.request_id
    if request_id is None:
        raise Invalid(_ELSEWHERE)
    stored = await desk.store.read(request_id)
    if stored is None or not may_see(desk.directory, stored.request, said.person.id):
        raise NotFound("This request is not among those that you may see.")
    return stored.request


async def _is_shown_something(desk: Desk, said: Said) -> bool:
    """Whether a preview of the person's waits here to be confirmed."""
    last = await desk.steering.last_offered(said.person.id, said.answers_in)
    if last is None or said.now - last.made_at > _LATELY:
        return False
    is_declined = isinstance(parse(last.command), commands.Decline)
    return not is_declined and await desk.steering.get(last.id) is None


def _answer(sentence: str, *, openly: bool) -> Heard:
    return Heard(lines=(sentence,), private=not openly)
