"""Presses: one decision, a private answer for everybody else."""

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta

import pytest

from bot.domain import lifecycle
from bot.domain.choice import Choice
from bot.domain.effects import CallbackType, RedrawCards, SendCallback, Tell
from bot.domain.events import Event, EventKind
from bot.domain.moves import Edited
from bot.domain.request import ApprovalRequest
from bot.domain.status import DecisionType, Mode, ReasonCode, Status
from bot.domain.transition import Transition
from tests.builders import (
    CALLBACK_URL,
    NOW,
    OTHER_DIGEST,
    a_directory,
    a_packet,
    a_press,
    a_reason,
    after,
    facts,
    opened,
    pressed,
    renewed,
)


def kinds(transition: Transition) -> list[str]:
    return [event.kind.value for event in transition.events]


def event(transition: Transition, kind: EventKind) -> Event:
    (found,) = [each for each in transition.events if each.kind is kind]
    return found


def test_an_approval_decides_and_the_agent_is_told() -> None:
    done = pressed(opened())
    assert done.request.status is Status.APPROVED
    assert done.request.progress.decision is not None
    assert done.request.progress.decision.by == ("ann",)
    assert done.request.due_at is None
    assert done.request.progress.step_ends_at is None
    assert done.answer.accepted
    assert kinds(done) == ["vote.cast", "request.decided"]
    assert done.effects == (
        RedrawCards(),
        SendCallback(type=CallbackType.APPROVED, url=CALLBACK_URL),
    )


def test_the_decision_carries_the_digest_that_was_shown() -> None:
    request = opened()
    for kind in (EventKind.VOTE_CAST, EventKind.REQUEST_DECIDED):
        assert event(pressed(request), kind).facts["digest"] == request.proposal.digest


def test_a_rejection_carries_its_reason_and_free_text_stays_private() -> None:
    done = pressed(opened(), choice=Choice.REJECT, reason=a_reason(ReasonCode.TOO_RISKY, "Jo is suspicious"))
    assert done.request.status is Status.REJECTED
    decision = done.request.progress.decision
    assert decision is not None
    assert decision.reason == a_reason(ReasonCode.TOO_RISKY, "Jo is suspicious")
    for each in done.events:
        assert "suspicious" not in str(dict(each.facts))
    assert event(done, EventKind.REQUEST_DECIDED).private == {"reason": "Jo is suspicious"}


def test_a_rejection_without_a_reason_is_not_recorded() -> None:
    refused = pressed(opened(), choice=Choice.REJECT, reason=None)
    assert refused.answer.code == "reason_needed"
    assert refused.request.progress.votes == ()


def test_whoever_presses_second_is_told_who_was_first() -> None:
    late = pressed(pressed(opened()).request, "ben", Choice.REJECT, now=after(3), reply_to="slack:x")
    assert late.request.status is Status.APPROVED
    assert not late.answer.accepted
    assert late.answer.code == "too_late"
    assert late.answer.sentence == "Ann approved this at 10:00 UTC, so your press changed nothing."
    assert late.effects == (Tell(address="slack:x", sentence=late.answer.sentence),)


def test_the_same_person_pressing_twice_is_one_press() -> None:
    again = pressed(pressed(opened()).request)
    assert again.answer.accepted
    assert again.answer.code == "already"
    assert kinds(again) == ["press.refused"]


def changed(request: ApprovalRequest) -> Transition:
    """Ann approves it with other arguments."""
    edited = Edited(proposal=replace(request.proposal, digest=OTHER_DIGEST), packet=a_packet())
    return pressed(request, choice=Choice.EDIT, edited=edited)


@pytest.mark.parametrize(
    ("first", "choice"),
    [
        (pressed, Choice.REJECT),
        (pressed, Choice.EDIT),
        (pressed, Choice.CLAIM),
        (changed, Choice.REJECT),
        (lambda request: pressed(request, choice=Choice.REJECT, reason=a_reason()), Choice.APPROVE),
    ],
)
def test_whoever_decided_it_is_too_late_for_anything_else(
    first: Callable[[ApprovalRequest], Transition], choice: Choice
) -> None:
    decided = first(opened()).request
    late = pressed(decided, choice=choice, reason=a_reason(), revision=decided.revision)
    assert decided.status.is_final
    assert (late.answer.accepted, late.answer.code) == (False, "too_late")


@pytest.mark.parametrize("choice", [Choice.APPROVE, Choice.EDIT])
def test_whoever_approved_it_with_changes_has_approved_it(choice: Choice) -> None:
    again = pressed(changed(opened()).request, choice=choice)
    assert (again.answer.accepted, again.answer.code) == (True, "already")


@pytest.mark.parametrize("status", [Status.EXPIRED, Status.CANCELLED, Status.REJECTED])
def test_an_approval_after_the_end_changes_nothing(status: Status) -> None:
    ended = replace(opened(), status=status)
    late = pressed(ended)
    assert late.request == replace(ended, version=ended.version + 1)
    assert late.answer.code == "too_late"


def test_a_press_after_the_deadline_finds_the_request_expired_although_no_timer_has_fired() -> None:
    late = pressed(opened(needed_by=after(5)), now=after(5))
    assert late.request.status is Status.EXPIRED
    assert late.answer.code == "too_late"
    assert kinds(late) == ["request.expired", "press.refused"]
    assert SendCallback(type=CallbackType.EXPIRED, url=CALLBACK_URL) in late.effects


def test_a_press_in_the_last_moment_counts() -> None:
    assert pressed(opened(needed_by=after(5)), now=after(4.99)).request.status is Status.APPROVED


def test_a_press_on_an_older_revision_is_refused() -> None:
    request = opened()
    stale = pressed(replace(request, revision=2), revision=1)
    assert stale.answer.code == "stale"
    assert stale.request.status is Status.PENDING


@pytest.mark.parametrize("choice", [Choice.APPROVE, Choice.EDIT, Choice.REJECT, Choice.ESCALATE])
def test_what_is_not_offered_cannot_be_pressed(choice: Choice) -> None:
    refused = pressed(opened(choices=()), choice=choice)
    assert refused.answer.code == "not_offered"


def test_two_approvals_take_two_people() -> None:
    request = opened(approve=2)
    first = pressed(request)
    assert first.request.status is Status.PENDING
    assert first.effects == (RedrawCards(),)
    twice = pressed(first.request, platform="teams", reply_to="teams:x")
    assert twice.answer.code == "already"
    assert twice.effects == (Tell(address="teams:x", sentence="Your vote stands."),)
    assert twice.request.status is Status.PENDING
    second = pressed(first.request, "ben")
    assert second.request.status is Status.APPROVED
    assert second.request.progress.decision is not None
    assert second.request.progress.decision.by == ("ann", "ben")


def test_a_person_may_change_their_mind_while_it_is_open() -> None:
    request = pressed(opened(approve=2, reject=2)).request
    changed = pressed(request, choice=Choice.REJECT).request
    assert [(v.person, v.decision) for v in changed.progress.votes] == [("ann", DecisionType.REJECT)]


def test_a_vote_can_be_withdrawn() -> None:
    request = pressed(opened(approve=2)).request
    assert pressed(request, choice=Choice.WITHDRAW).request.progress.votes == ()


def test_withdrawing_without_a_vote_is_answered() -> None:
    nothing = pressed(opened(), choice=Choice.WITHDRAW, reply_to="slack:x")
    assert nothing.effects == (Tell(address="slack:x", sentence="You have no vote on this."),)


def test_a_vote_that_lost_its_authority_does_not_help_the_next_one() -> None:
    request = pressed(opened(approve=2)).request
    without_ann = a_directory(groups={"finance": ("ben",)})
    assert pressed(request, "ben", directory=without_ann).request.status is Status.PENDING


def test_escalating_asks_the_next_step_at_once() -> None:
    moved = pressed(opened(), choice=Choice.ESCALATE, words="Jo is my neighbour")
    assert moved.request.progress.step == 2
    escalated = event(moved, EventKind.REQUEST_ESCALATED)
    assert escalated.actor == "person:ann"
    assert escalated.facts["why"] == "a reviewer asked for it"
    assert escalated.private == {"said": "Jo is my neighbour"}


def test_pressing_escalate_twice_moves_one_step() -> None:
    request = opened()
    second = pressed(
        pressed(request, choice=Choice.ESCALATE).request, "ben", Choice.ESCALATE, step=1, round=1
    )
    assert second.answer.code == "already"
    assert second.request.progress.step == 2


def test_escalating_beyond_the_last_step_ends_nothing() -> None:
    last = pressed(opened(), choice=Choice.ESCALATE).request
    refused = pressed(last, choice=Choice.ESCALATE)
    assert refused.answer.code == "nobody_further"
    assert refused.request.status is Status.PENDING


def test_escalating_to_steps_that_reach_nobody_ends_nothing() -> None:
    request = opened()
    nobody = a_directory(people={"ann": a_directory().people["ann"]}, platforms=frozenset({"slack"}))
    emptied = renewed(request, undeliverable=("slack:@U01ANN",))
    refused = pressed(emptied, choice=Choice.ESCALATE, directory=nobody)
    assert refused.answer.code == "nobody_further"
    assert refused.request.status is Status.PENDING


def test_a_claim_pauses_reminders_but_not_the_deadline() -> None:
    request = renewed(opened(), remind_at=after(5))
    claimed = pressed(request, choice=Choice.CLAIM).request
    assert claimed.progress.claim is not None
    assert claimed.progress.claim.person == "ann"
    assert claimed.progress.claim.lapses_at == after(30)
    assert claimed.progress.remind_at is None
    assert claimed.progress.step_ends_at == request.progress.step_ends_at


def test_claiming_turns_a_veto_window_into_a_gate() -> None:
    request = renewed(
        opened(mode=Mode.VETO, irreversible=False, window=timedelta(minutes=5)), step_ends_at=None
    )
    claimed = pressed(renewed(request, veto_ends_at=after(5)), choice=Choice.CLAIM)
    assert kinds(claimed) == ["veto.lifted", "request.claimed"]
    assert claimed.request.progress.veto_ends_at is None
    assert claimed.request.progress.step_ends_at == after(15)
    assert claimed.request.progress.remind_at is None


def test_one_objection_stops_a_veto_whatever_the_quorum() -> None:
    request = opened(mode=Mode.VETO, irreversible=False, approve=2, reject=2)
    assert pressed(request, choice=Choice.REJECT).request.status is Status.REJECTED


def test_a_stranger_is_told_and_their_account_is_private() -> None:
    refused = pressed(opened(), "eve", reply_to="slack:x")
    assert kinds(refused) == ["press.refused"]
    (only,) = refused.events
    assert only.actor == "stranger"
    assert "U01EVE" not in str(dict(only.facts))
    assert only.private["account"] == "slack:T01HOME/U01EVE"
    assert refused.effects == (Tell(address="slack:x", sentence=refused.answer.sentence),)


def test_every_refusal_is_answered_where_the_press_came_from() -> None:
    request = opened()
    refusals: list[tuple[ApprovalRequest, str, Choice]] = [
        (request, "dan", Choice.APPROVE),
        (replace(request, revision=2), "ann", Choice.REJECT),
        (pressed(request).request, "ben", Choice.CLAIM),
        (opened(high_impact=True), "ann", Choice.APPROVE),
    ]
    for before, who, choice in refusals:
        move = a_press(before, who, choice, reply_to="slack:here", revision=1)
        refused = lifecycle.fold(before, move, facts(NOW))
        assert refused.effects == (Tell(address="slack:here", sentence=refused.answer.sentence),)
