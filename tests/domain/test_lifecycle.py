"""How a request begins, as its ruling says, and what every move has in common."""

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from bot.domain import lifecycle
from bot.domain.effects import CallbackType, PostCard, SendCallback
from bot.domain.events import EventKind
from bot.domain.moves import Due, Press, Say
from bot.domain.request import ShadowRuling
from bot.domain.status import DecisionType, Mode, Status
from bot.domain.transition import Transition
from tests.builders import (
    AGENT,
    CALLBACK_URL,
    NOW,
    a_directory,
    a_request,
    after,
    facts,
    opened,
    pressed,
    renewed,
)


def submitted(mode: Mode, **changes: Any) -> Transition:
    return lifecycle.open_request(a_request(mode=mode, **changes), facts())


def test_a_gated_request_asks_its_first_step() -> None:
    done = submitted(Mode.GATE)
    assert done.request.status is Status.PENDING
    assert (done.request.progress.step, done.request.progress.round) == (1, 1)
    assert done.request.due_at == after(15)
    assert done.effects == (PostCard(destination="slack:C0REFUNDS", step=1, round=1),)


@pytest.mark.parametrize(("mode", "told"), [(Mode.AUTO, False), (Mode.NOTIFY, True)])
def test_a_reversible_request_that_a_rule_lets_run_is_approved_by_the_rule(mode: Mode, *, told: bool) -> None:
    done = submitted(mode, irreversible=False, rule="small-refund")
    assert done.request.status is Status.APPROVED
    assert done.request.progress.decision is not None
    assert done.request.progress.decision.by == ()
    card = PostCard(destination="slack:C0REFUNDS", step=0, round=0)
    sent = SendCallback(type=CallbackType.APPROVED, url=CALLBACK_URL)
    assert done.effects == ((sent, card) if told else (sent,))
    assert done.request.due_at is None


def test_a_refused_request_is_rejected_by_the_rule() -> None:
    done = submitted(Mode.REFUSE)
    assert done.request.status is Status.REJECTED
    assert done.request.progress.decision is not None
    assert done.request.progress.decision.type is DecisionType.REJECT
    assert done.effects == (SendCallback(type=CallbackType.REJECTED, url=CALLBACK_URL),)


@pytest.mark.parametrize("mode", [Mode.AUTO, Mode.NOTIFY, Mode.VETO])
def test_what_cannot_be_undone_is_gated_whatever_the_rule_says(mode: Mode) -> None:
    done = submitted(mode, irreversible=True, why="Refunds are routine.", window=timedelta(minutes=5))
    assert done.request.status is Status.PENDING
    ruling = done.request.proposal.ruling
    assert (ruling.mode, ruling.window) == (Mode.GATE, None)
    assert ruling.why == "Refunds are routine. It cannot be undone, so a person decides."


def test_the_record_names_the_rule_its_owner_and_the_version_of_the_policy() -> None:
    shadowed = (ShadowRuling(rule="strict", mode=Mode.REFUSE),)
    done = submitted(Mode.AUTO, irreversible=False, rule="small", owner="ben", shadowed=shadowed)

    begun, ruled, *_ = done.events
    for event in (begun, ruled):
        assert event.facts["rule"] == "small"
        assert event.facts["owner"] == "ben"
        assert event.facts["policy_version"] == "v1"
    assert begun.facts["shadowed"] == {"strict": "refuse"}


def test_without_an_address_no_callback_is_written() -> None:
    done = submitted(Mode.REFUSE, callback_url=None)
    assert done.effects == ()
    assert (done.request.progress.callbacks, done.request.progress.callback) == (0, None)


def test_callbacks_are_counted() -> None:
    escalated = lifecycle.fold(opened(), Due(request_id="", command_id=""), facts(after(15))).request
    assert (escalated.progress.callbacks, escalated.progress.callback) == (1, "pending")
    assert pressed(escalated).request.progress.callbacks == 2


def test_the_submission_is_on_record_with_what_was_ruled() -> None:
    (first, *_) = submitted(Mode.GATE).events
    assert first.kind is EventKind.REQUEST_SUBMITTED
    assert first.actor == f"agent:{AGENT}"
    assert first.facts["mode"] == "gate"
    assert first.facts["policy_version"] == "v1"


def test_a_move_that_changes_nothing_writes_nothing() -> None:
    request = opened()
    nothing = lifecycle.fold(request, Due(request_id="", command_id=""), facts(after(1)))
    assert nothing.request is request
    assert (nothing.events, nothing.effects) == ((), ())


def test_the_version_grows_by_one_with_every_move_that_does() -> None:
    request = opened()
    assert request.version == 1
    assert pressed(request).request.version == 2


def test_saying_something_changes_no_state() -> None:
    request = opened()
    said = lifecycle.fold(request, Say(request_id="", command_id="", agent=AGENT, text="Hi"), facts())
    assert replace(said.request, version=request.version) == renewed(request, said=1)


def test_a_move_of_an_unknown_kind_is_a_mistake_of_ours() -> None:
    class Odd(Press):
        pass

    with pytest.raises(KeyError):
        lifecycle.fold(opened(), Odd.__new__(Odd), facts(NOW, a_directory()))
