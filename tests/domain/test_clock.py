"""Timers: what happens when a time has come and nobody did anything."""

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from bot.domain import lifecycle
from bot.domain.choice import Choice
from bot.domain.effects import CallbackType, Ping, RedrawCards, SendCallback
from bot.domain.events import EventKind
from bot.domain.moves import Due
from bot.domain.request import ApprovalRequest
from bot.domain.status import DecisionType, Mode, Status
from bot.domain.transition import Transition
from tests.builders import CALLBACK_URL, a_step, after, facts, opened, pressed, renewed


def due(request: ApprovalRequest, minutes: float) -> Transition:
    return lifecycle.fold(request, Due(request_id=request.id, command_id="cmd"), facts(after(minutes)))


def reminded(**changes: Any) -> ApprovalRequest:
    return opened(steps=(a_step(remind_every=timedelta(minutes=5)), a_step(wait=30)), **changes)


def test_reminders_ping_whoever_has_not_voted_until_the_step_ends() -> None:
    request = pressed(reminded(approve=2)).request
    first = due(request, 5)
    line = "Reminder: this still waits for a decision. Somebody else is asked at 10:15 UTC on 2 March."
    assert first.effects == (Ping(destination="slack:C0REFUNDS", line=line, people=("ben",)),)
    second = due(first.request, 10)
    assert second.events[0].kind is EventKind.REMINDER_DUE
    assert second.request.progress.remind_at is None
    assert due(second.request, 15).events[0].kind is EventKind.REQUEST_ESCALATED


def test_a_reminder_in_the_last_step_says_that_it_expires() -> None:
    request = opened(steps=(a_step(remind_every=timedelta(minutes=5)),))
    (ping,) = due(request, 5).effects
    assert isinstance(ping, Ping)
    assert ping.line.endswith("It expires at 10:15 UTC on 2 March.")


@pytest.mark.parametrize("every", [timedelta(0), timedelta(minutes=-5), timedelta(minutes=15)])
def test_a_reminder_that_makes_no_sense_is_none(every: timedelta) -> None:
    assert opened(steps=(a_step(remind_every=every),)).progress.remind_at is None


def test_an_idle_claim_lapses_and_reminders_go_on() -> None:
    request = opened(steps=(a_step(wait=120, remind_every=timedelta(minutes=5)),))
    claimed = pressed(request, choice=Choice.CLAIM).request
    assert claimed.due_at == after(30)
    lapsed = due(claimed, 30).request
    assert lapsed.progress.claim is None
    assert lapsed.due_at == after(35)


def test_the_deadline_comes_first_when_everything_is_due_at_once() -> None:
    request = renewed(reminded(needed_by=after(15)), veto_ends_at=after(10))
    assert due(request, 60).request.status is Status.EXPIRED


def vetoable(**changes: Any) -> ApprovalRequest:
    request = opened(mode=Mode.VETO, window=timedelta(minutes=10), **{"irreversible": False} | changes)
    return renewed(request, veto_ends_at=after(10), step_ends_at=None)


def test_an_unopposed_veto_window_approves_by_the_rule() -> None:
    done = due(vetoable(rule="small"), 10)
    assert done.request.status is Status.APPROVED
    decision = done.request.progress.decision
    assert decision is not None
    assert (decision.type, decision.by) == (DecisionType.APPROVE, ())
    assert done.events[0].actor == "rule"
    assert done.events[0].facts["rule"] == "small"
    assert done.effects == (RedrawCards(), SendCallback(type=CallbackType.APPROVED, url=CALLBACK_URL))


def test_a_window_that_is_open_by_mistake_on_something_irreversible_approves_nothing() -> None:
    request = vetoable()
    wrong = replace(request, proposal=replace(request.proposal, irreversible=True))
    done = due(wrong, 10)
    assert done.request.status is Status.PENDING
    assert done.request.due_at == after(25)
    assert [event.kind for event in done.events] == [EventKind.VETO_LIFTED]


def test_nothing_is_due_after_the_end() -> None:
    done = pressed(opened()).request
    assert due(done, 9999).events == ()


def test_a_late_timer_fires_one_thing_at_a_time() -> None:
    request, minutes = reminded(), 9999
    kinds = []
    while request.due_at is not None:
        moved = due(request, minutes)
        kinds.append(moved.events[0].kind)
        request = moved.request
        minutes += 9999
    assert kinds == [EventKind.REQUEST_ESCALATED, EventKind.REQUEST_EXPIRED]
