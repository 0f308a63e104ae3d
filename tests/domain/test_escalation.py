"""Steps and rounds: who is asked now, who next, and how it ends when nobody answers."""

from dataclasses import replace
from datetime import time, timedelta
from typing import Any

import pytest

from bot.domain import escalation, lifecycle
from bot.domain.choice import Choice
from bot.domain.effects import CallbackType, Ping, PostCard, RedrawCards, SendCallback
from bot.domain.events import EventKind
from bot.domain.hours import Hours
from bot.domain.moves import CardUndeliverable, Due
from bot.domain.request import ApprovalRequest
from bot.domain.status import Mode, Status
from bot.domain.transition import Transition
from tests.builders import (
    CALLBACK_URL,
    a_directory,
    a_request,
    a_step,
    after,
    channel,
    facts,
    group,
    opened,
    person,
    pressed,
    renewed,
)

SLACK_ONLY = frozenset({"slack"})


def due(request: ApprovalRequest, minutes: float, **changes: Any) -> Transition:
    move = Due(request_id=request.id, command_id="cmd")
    return lifecycle.fold(request, move, facts(after(minutes), a_directory(**changes)))


def test_when_nobody_answers_the_next_step_is_asked() -> None:
    moved = due(opened(), 15, platforms=SLACK_ONLY)
    assert (moved.request.progress.step, moved.request.progress.round) == (2, 1)
    assert moved.request.due_at == after(45)
    assert moved.effects == (
        RedrawCards(),
        SendCallback(type=CallbackType.ESCALATED, url=CALLBACK_URL),
        PostCard(destination="slack:@U01ANN", step=2, round=1),
        PostCard(destination="slack:@U01BEN", step=2, round=1),
    )


def test_a_moment_before_nothing_happens() -> None:
    assert due(opened(), 14.99).events == ()


def test_after_the_last_step_it_expires_and_that_is_no_refusal() -> None:
    ended = due(due(opened(), 15).request, 45)
    assert ended.request.status is Status.EXPIRED
    assert ended.request.progress.decision is None
    assert ended.request.progress.ended == escalation.NOBODY_ANSWERED
    assert ended.effects == (RedrawCards(), SendCallback(type=CallbackType.EXPIRED, url=CALLBACK_URL))


def test_rounds_repeat_all_steps_and_ask_again_beside_the_cards_that_stand() -> None:
    request = opened(steps=(a_step(), a_step(channel("slack:C0LEADS"))), repeat=1)
    seen = []
    for _ in range(4):
        seen.append((request.progress.step, request.progress.round))
        moved = due(request, (request.due_at - after(0)).total_seconds() / 60)  # type: ignore[operator]  # it is pending, so it is due
        request = moved.request
    assert seen == [(1, 1), (2, 1), (1, 2), (2, 2)]
    assert request.status is Status.EXPIRED


def test_a_second_round_pings_instead_of_posting_again() -> None:
    again = due(opened(steps=(a_step(),), repeat=1), 15)
    assert [effect for effect in again.effects if isinstance(effect, PostCard)] == []
    assert (
        Ping(
            destination="slack:C0REFUNDS",
            line="Still waiting for a decision, asking again.",
            people=("ann", "ben"),
        )
        in again.effects
    )


@pytest.mark.parametrize(
    ("step", "why"),
    [
        pytest.param(
            a_step(channel("discord:1")), "it reaches nobody", id="a platform that is not connected"
        ),
        pytest.param(a_step(group("nobody")), "it reaches nobody", id="an empty group"),
        pytest.param(a_step(person("gone")), "it reaches nobody", id="somebody who left"),
    ],
)
def test_a_step_that_reaches_nobody_is_skipped_at_once_and_says_so(step: Any, why: str) -> None:
    done = lifecycle.open_request(a_request(steps=(step, a_step())), facts())
    assert done.request.progress.step == 2
    assert done.request.progress.skipped == (f"Step 1 was skipped: {why}.",)
    assert EventKind.STEP_SKIPPED in [event.kind for event in done.events]
    assert done.request.due_at == after(15)


def test_a_step_in_which_nobody_may_approve_is_skipped_for_one_that_widens() -> None:
    steps = (a_step(), a_step(channel("slack:C0LEADS"), voters=("ann",)))
    only_ben = a_directory(groups={"finance": ("ben",)})
    request = opened(only_ben, steps=steps, amount=None)
    assert request.progress.step == 2
    assert request.progress.skipped == ("Step 1 was skipped: nobody there may approve.",)
    assert pressed(request, "ann", directory=only_ben).request.status is Status.APPROVED


def test_a_step_of_the_agents_owner_alone_is_skipped() -> None:
    owner_only = a_directory(groups={"finance": ("cat",)})
    ended = opened(owner_only)
    assert ended.status is Status.EXPIRED
    assert ended.progress.ended == escalation.NOBODY_REACHED


def test_a_veto_needs_somebody_who_can_object_not_somebody_who_can_approve() -> None:
    owner_only = a_directory(groups={"finance": ("cat",)})
    request = opened(owner_only, mode=Mode.VETO, irreversible=False, window=timedelta(minutes=5))
    assert request.status is Status.PENDING
    assert opened(a_directory(groups={}), mode=Mode.VETO, irreversible=False).status is Status.EXPIRED


@pytest.mark.parametrize("changes", [{"steps": ()}, {"voters": ()}, {"steps": (a_step(group("nobody")),)}])
def test_what_reaches_nobody_at_all_expires_at_once(changes: dict[str, Any]) -> None:
    ended = lifecycle.open_request(a_request(**changes), facts())
    assert ended.request.status is Status.EXPIRED
    assert ended.request.progress.ended == escalation.NOBODY_REACHED
    assert ended.effects[-1] == SendCallback(type=CallbackType.EXPIRED, url=CALLBACK_URL)


def undeliverable(request: ApprovalRequest, destination: str) -> Transition:
    move = CardUndeliverable(request_id=request.id, command_id="c", destination=destination, why="archived")
    return lifecycle.fold(request, move, facts(after(1)))


def test_a_step_whose_last_destination_is_dead_moves_on_at_once() -> None:
    request = opened(steps=(a_step(channel("slack:C1"), channel("slack:C2")), a_step(channel("slack:C3"))))
    half = undeliverable(request, "slack:C1")
    assert half.request.progress.step == 1
    moved = undeliverable(half.request, "slack:C2")
    assert moved.request.progress.step == 2
    assert moved.request.progress.skipped == ("Step 1 could not be delivered.",)
    assert moved.request.due_at == after(16)


def test_a_dead_channel_is_not_waited_for_again() -> None:
    request = opened(steps=(a_step(channel("slack:C1")), a_step(channel("slack:C2"))), repeat=1)
    second = undeliverable(request, "slack:C1").request
    third = due(second, 16)
    assert (third.request.progress.step, third.request.progress.round) == (2, 2)
    assert third.request.progress.skipped == ("Step 1 was skipped: it reaches nobody.",)


def test_when_every_channel_is_dead_it_expires_and_says_that_nobody_was_reached() -> None:
    ended = undeliverable(opened(steps=(a_step(),)), "slack:C0REFUNDS")
    assert ended.request.status is Status.EXPIRED
    assert ended.request.progress.ended == escalation.NOBODY_REACHED


def test_a_dead_channel_of_an_earlier_step_moves_nothing() -> None:
    moved = due(opened(), 15).request
    assert undeliverable(moved, "slack:C0REFUNDS").request.progress.step == 2


def test_a_step_names_people_directly_on_every_connected_platform() -> None:
    request = opened(steps=(a_step(person("ann"), channel(), group()),))
    assert request.progress.reaching == (
        "slack:@U01ANN",
        "teams:@teams-ann",
        "web:@ann",
        "slack:C0REFUNDS",
        "slack:@U01BEN",
        "teams:@teams-ben",
        "web:@ben",
    )


OFFICE = Hours(days=(1, 2, 3, 4, 5), start=time(9), end=time(11), zone="UTC")


def test_waits_pause_outside_hours_unless_it_is_urgent() -> None:
    slow = opened(steps=(a_step(wait=90),), hours=OFFICE)
    assert slow.due_at == after(hours=23.5)
    assert opened(steps=(a_step(wait=90),), hours=OFFICE, urgent=True).due_at == after(90)


def test_the_hard_deadline_never_pauses() -> None:
    request = opened(steps=(a_step(wait=90),), hours=OFFICE, needed_by=after(80))
    assert request.due_at == after(80)
    assert due(request, 80).request.progress.ended == escalation.DEADLINE_PASSED


def test_a_new_step_lets_go_of_a_claim() -> None:
    claimed = pressed(opened(), choice=Choice.CLAIM).request
    assert due(claimed, 15).request.progress.claim is None


def test_votes_outlive_a_step() -> None:
    voted = pressed(opened(approve=2)).request
    assert pressed(due(voted, 15).request, "ben").request.status is Status.APPROVED


def test_an_irreversible_request_never_has_a_veto_window_to_lift() -> None:
    request = opened(mode=Mode.VETO, irreversible=True)
    assert not request.veto_open
    assert escalation.lifted(request, facts(), actor="rule", why="x").events == ()


def test_moving_on_ends_a_veto_for_good() -> None:
    request = opened(mode=Mode.VETO, irreversible=False, window=timedelta(minutes=5))
    moved = due(request, 15).request
    assert moved.progress.veto_lifted
    assert not moved.veto_open
    assert due(renewed(moved, veto_ends_at=None), 45).request.status is Status.EXPIRED


def test_steps_come_in_order_and_nothing_follows_the_last() -> None:
    terms = replace(a_request().terms, repeat=1)
    assert list(escalation.following(terms, 0, 0)) == [(1, 1), (2, 1), (1, 2), (2, 2)]
    assert list(escalation.following(terms, 2, 1)) == [(1, 2), (2, 2)]
    assert list(escalation.following(terms, 2, 2)) == []
