"""Asking the agent, and what it answers."""

from dataclasses import replace

import pytest

from bot.domain import lifecycle
from bot.domain.asking import LONGEST_QUESTION, MOST_QUESTIONS, open_questions
from bot.domain.choice import Choice
from bot.domain.effects import CallbackType, Ping, RedrawCards, SendCallback
from bot.domain.moves import Say
from bot.domain.request import ApprovalRequest
from bot.domain.status import Mode, Status
from bot.domain.transition import Transition
from tests.builders import AGENT, CALLBACK_URL, after, facts, opened, pressed, renewed

WAS_IT_PAID = "Was it paid twice?"


def asked(request: ApprovalRequest | None = None, words: str = WAS_IT_PAID, name: str = "ann") -> Transition:
    return pressed(request or opened(), name, Choice.ASK, words=words)


def answered(request: ApprovalRequest, text: str = "Yes, on Monday.", reply_to: str = "q1") -> Transition:
    say = Say(request_id=request.id, command_id="cmd_1", agent=AGENT, text=text, reply_to=reply_to)
    return lifecycle.fold(request, say, facts(after(5)))


def test_a_question_goes_to_the_agent_and_beside_every_copy() -> None:
    done = asked()
    (question,) = done.request.progress.questions
    assert (question.id, question.person, question.text, question.answer) == ("q1", "ann", WAS_IT_PAID, None)
    assert done.effects == (
        RedrawCards(),
        Ping(destination="slack:C0REFUNDS", line=f"Ann asks {AGENT}: “{WAS_IT_PAID}”"),
        SendCallback(type=CallbackType.QUESTION, url=CALLBACK_URL),
    )
    assert done.events[0].facts == {"question": "q1"}
    assert done.events[0].private["text"] == WAS_IT_PAID


def test_an_agent_without_a_callback_finds_the_question_in_the_request() -> None:
    done = asked(opened(callback_url=None))
    assert not [effect for effect in done.effects if isinstance(effect, SendCallback)]
    assert open_questions(done.request) == done.request.progress.questions


def test_the_answer_is_kept_with_its_question_and_said_beside_every_copy() -> None:
    done = answered(asked().request)
    (question,) = done.request.progress.questions
    assert (question.answer, question.answered_at) == ("Yes, on Monday.", after(5))
    assert open_questions(done.request) == ()
    line = f"{AGENT} answers “{WAS_IT_PAID}”: “Yes, on Monday.”"
    assert done.effects == (RedrawCards(), Ping(destination="slack:C0REFUNDS", line=line))


def test_each_answer_finds_its_own_question() -> None:
    two = asked(asked().request, "To whom?", "ben").request
    second = answered(two, "To Jo.", "q2").request
    assert [(q.id, q.answer) for q in second.progress.questions] == [("q1", None), ("q2", "To Jo.")]


def test_an_answer_to_no_question_is_refused_and_names_those_there_are() -> None:
    refused = answered(asked().request, reply_to="q7")
    assert refused.answer.code == "no_such_question"
    assert "it is one of q1" in refused.answer.sentence
    assert not refused.events


def test_an_answer_after_the_end_changes_nothing_that_was_decided() -> None:
    over = pressed(asked().request, "ben").request
    assert over.status is Status.APPROVED
    late = answered(over)
    assert late.answer.accepted
    assert late.request.progress.questions == over.progress.questions
    assert open_questions(over) == ()


def test_asking_turns_a_veto_window_into_a_gate() -> None:
    window = renewed(opened(mode=Mode.VETO, irreversible=False), veto_ends_at=after(5))
    done = asked(window)
    assert [event.kind.value for event in done.events] == ["veto.lifted", "question.asked"]
    assert not done.request.veto_open
    assert done.request.progress.veto_ends_at is None


@pytest.mark.parametrize("words", ["", " \n\u200b", "x" * (LONGEST_QUESTION + 1)])
def test_what_cannot_be_asked_is_not_sent(words: str) -> None:
    refused = asked(words=words)
    assert refused.answer.code in ("words_needed", "too_long")
    assert refused.request.progress.questions == ()


def test_an_agent_is_asked_so_often_and_no_more() -> None:
    question = asked().request.progress.questions[0]
    many = tuple(replace(question, id=f"q{n + 1}") for n in range(MOST_QUESTIONS))
    full = renewed(opened(), questions=many)
    assert asked(full).answer.code == "asked_too_often"


def test_a_question_hides_and_turns_nothing() -> None:
    (question,) = asked(words="Was\u202e it\u200b paid?").request.progress.questions
    assert question.text == "Was\ufffd it paid?"


def test_whoever_may_not_decide_does_not_ask() -> None:
    assert asked(name="dan").answer.code == "not_a_reviewer"
