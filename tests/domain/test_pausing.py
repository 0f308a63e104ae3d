"""While an action is paused, nothing that matches is approved, by rule or by person, and none is taken."""

from datetime import timedelta

import pytest

from bot.domain import lifecycle
from bot.domain.choice import Choice
from bot.domain.moves import Cancel, CardPosted, Due, Redeem
from bot.domain.request import Vote
from bot.domain.status import DecisionType, Mode, Status
from tests.builders import AGENT, DIGEST, NOW, a_request, after, facts, opened, pressed, renewed
from tests.domain.steered import a_pause, steered

PAUSED = steered(a_pause())


@pytest.mark.parametrize("choice", [Choice.APPROVE, Choice.EDIT])
def test_an_approval_is_refused_with_who_paused_it_and_how_that_ends(choice: Choice) -> None:
    done = pressed(opened(), choice=choice, directory=PAUSED)
    assert done.request.status is Status.PENDING
    assert done.answer.code == "paused"
    assert "Ann paused refund.* at 10:00 UTC on 2 March" in done.answer.sentence
    assert "`resume refund.*`" in done.answer.sentence


def test_strangers_are_not_told_what_is_paused() -> None:
    assert "paused" not in pressed(opened(), "dan", directory=PAUSED).answer.sentence


def test_rejecting_and_withdrawing_go_on() -> None:
    assert pressed(opened(), choice=Choice.REJECT, directory=PAUSED).request.status is Status.REJECTED
    request = opened()
    cancel = Cancel(request_id=request.id, command_id="c", agent=AGENT, reason="")
    assert lifecycle.fold(request, cancel, facts(directory=PAUSED)).request.status is Status.CANCELLED


def test_timers_go_on() -> None:
    due = Due(request_id="apr", command_id="c")
    assert lifecycle.fold(opened(), due, facts(after(15), PAUSED)).request.progress.step == 2


@pytest.mark.parametrize("mode", [Mode.AUTO, Mode.NOTIFY, Mode.VETO])
def test_what_a_rule_would_let_run_waits_for_a_person(mode: Mode) -> None:
    request = a_request(mode=mode, irreversible=False, window=timedelta(minutes=5))
    done = lifecycle.open_request(request, facts(directory=PAUSED))
    assert done.request.status is Status.PENDING
    assert done.request.proposal.ruling.mode is Mode.GATE
    assert "Ann paused refund.*" in done.request.proposal.ruling.why


def test_silence_does_not_approve_what_was_paused_meanwhile() -> None:
    request = opened(mode=Mode.VETO, irreversible=False, window=timedelta(minutes=5))
    posted = CardPosted(request_id=request.id, command_id="c", destination="slack:C0REFUNDS", shown_digest="")
    waiting = lifecycle.fold(request, posted, facts()).request
    assert waiting.progress.veto_ends_at == after(5)
    due = Due(request_id=request.id, command_id="d")
    done = lifecycle.fold(waiting, due, facts(after(5), PAUSED)).request
    assert done.status is Status.PENDING
    assert done.progress.veto_ends_at is None
    assert done.progress.step_ends_at == after(20)


def test_a_rejection_does_not_tip_votes_into_an_approval() -> None:
    # Ann's approval was worth nothing while she answered for the agent; now it would be enough.
    request = renewed(opened(reject=2), votes=(a_vote("ann"),))
    done = pressed(request, "ben", Choice.REJECT, directory=PAUSED)
    assert done.request.status is Status.PENDING
    assert pressed(request, "ben", Choice.REJECT).request.status is Status.APPROVED


def a_vote(name: str) -> Vote:
    return Vote(person=name, decision=DecisionType.APPROVE, at=NOW, via="slack")


def test_an_approval_is_not_taken_while_its_action_is_paused() -> None:
    approved = pressed(opened()).request
    done = lifecycle.fold(approved, _a_redemption(), facts(after(1), PAUSED))
    assert done.answer.code == "conflict"
    assert "Ann paused refund.*" in done.answer.sentence
    assert lifecycle.fold(done.request, _a_redemption(), facts(after(2))).answer.accepted


def test_what_was_taken_before_the_pause_stays_taken() -> None:
    approved = pressed(opened()).request
    taken = lifecycle.fold(approved, _a_redemption(), facts(after(1))).request
    assert lifecycle.fold(taken, _a_redemption(), facts(after(2), PAUSED)).answer.accepted


def _a_redemption() -> Redeem:
    return Redeem(request_id="apr", command_id="r", agent=AGENT, digest=DIGEST, redemption_id="one")


def test_other_actions_are_not_paused() -> None:
    assert pressed(opened(), directory=steered(a_pause("credit.*"))).request.status is Status.APPROVED
    assert pressed(opened(), now=NOW, directory=steered()).request.status is Status.APPROVED
