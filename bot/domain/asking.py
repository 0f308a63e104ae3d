"""Asking the agent: a reviewer's question goes to it, and its answer comes back to the card."""

from __future__ import annotations

from bot.domain import escalation
from bot.domain.attention import Question
from bot.domain.authority import Refused
from bot.domain.directory import Person
from bot.domain.events import Event, EventKind
from bot.domain.evolve import evolved
from bot.domain.moves import Facts, Press, Say
from bot.domain.refusing import refused
from bot.domain.request import ApprovalRequest
from bot.domain.text import inert
from bot.domain.transition import Transition, progressed, recorded

#: a request that needs more answers than this needs another request
MOST_QUESTIONS = 20
#: characters; a reviewer's question, and as much of an answer as is kept for the card
LONGEST_QUESTION = 1_000
LONGEST_ANSWER = 2_000


def ask(request: ApprovalRequest, move: Press, facts: Facts, person: Person) -> Transition:
    """Put a question to the agent; from then on silence does not approve any more."""
    text = inert(move.words)
    refusal = _refusal(request, text)
    if refusal is not None:
        return refused(request, move, refusal, person)
    gated = escalation.lifted(request, facts, actor=f"person:{person.id}", why="somebody asked the agent")
    asked = request.progress.questions
    question = Question(id=f"q{len(asked) + 1}", person=person.id, text=text, at=facts.now)
    event = Event(
        kind=EventKind.QUESTION_ASKED,
        actor=f"person:{person.id}",
        facts={"question": question.id},
        private={"text": text, "by_name": person.name},
    )
    sentence = f"Asked {request.agent}; the answer will stand on the card."
    return gated.then(
        Transition(
            request=progressed(gated.request, questions=(*asked, question)),
            events=(event,),
            answer=recorded(sentence),
        )
    )


def answered(request: ApprovalRequest, move: Say, facts: Facts) -> ApprovalRequest:
    """The request with the agent's words as the answer to a question; as it was when it is over."""
    if request.status.is_final:
        return request
    text = inert(move.text, limit=LONGEST_ANSWER)
    questions = tuple(
        evolved(each, answer=text, answered_at=facts.now) if each.id == move.reply_to else each
        for each in request.progress.questions
    )
    return progressed(request, questions=questions)


def open_questions(request: ApprovalRequest) -> tuple[Question, ...]:
    """What the agent has not answered yet; nothing once it is over."""
    if request.status.is_final:
        return ()
    return tuple(each for each in request.progress.questions if each.answered_at is None)


def _refusal(request: ApprovalRequest, text: str) -> Refused | None:
    if not text:
        return Refused(code="words_needed", sentence="Write the question, then it is sent to the agent.")
    if len(text) > LONGEST_QUESTION:
        return Refused(
            code="too_long",
            sentence=f"The question is longer than {LONGEST_QUESTION} characters; write less. "
            "Nothing was sent.",
        )
    if len(request.progress.questions) >= MOST_QUESTIONS:
        sentence = f"The agent was asked {MOST_QUESTIONS} questions already; decide, or reject and say why."
        return Refused(code="asked_too_often", sentence=sentence)
    return None
