"""What the worker learned outside changes what is waited for, and nothing else."""

from datetime import timedelta
from typing import Any

import pytest

from bot.domain import lifecycle
from bot.domain.choice import Choice
from bot.domain.directory import Directory
from bot.domain.effects import PostCard, RedrawCards
from bot.domain.events import EventKind
from bot.domain.moves import CallbackSettled, CardPosted, CardUndeliverable
from bot.domain.request import ApprovalRequest
from bot.domain.status import Mode, Status
from bot.domain.transition import Transition
from tests.builders import (
    a_directory,
    a_person,
    a_reason,
    a_step,
    after,
    channel,
    facts,
    group,
    opened,
    person,
    pressed,
    renewed,
    slack,
)


def posted(
    request: ApprovalRequest, destination: str, minutes: float = 1, directory: Directory | None = None
) -> Transition:
    move = CardPosted(request_id=request.id, command_id="c", destination=destination, shown_digest="d")
    return lifecycle.fold(request, move, facts(after(minutes), directory))


def vetoable(**changes: Any) -> ApprovalRequest:
    given: dict[str, Any] = {
        "mode": Mode.VETO,
        "irreversible": False,
        "window": timedelta(minutes=10),
    } | changes
    return opened(**given)


def test_a_posted_card_is_on_record_with_what_it_showed() -> None:
    (event,) = posted(opened(), "slack:C0REFUNDS").events
    assert event.facts == {"destination": "slack:C0REFUNDS", "shown": "d", "revision": 1}


def test_a_veto_window_starts_when_the_first_card_stands() -> None:
    request = vetoable()
    assert request.progress.veto_ends_at is None
    started = posted(request, "slack:C0REFUNDS", 3)
    assert started.request.progress.veto_ends_at == after(13)
    assert started.request.due_at == after(13)
    assert RedrawCards() in started.effects
    again = posted(started.request, "slack:C0OTHER", 5)
    assert again.request.progress.veto_ends_at == after(13)


@pytest.mark.parametrize(
    ("destination", "starts"),
    [("slack:@U01ANN", True), ("web:@ben", False), ("slack:@U01DAN", False), ("slack:@U01EVE", False)],
)
def test_a_direct_message_starts_it_only_for_somebody_who_may_object(
    destination: str, *, starts: bool
) -> None:
    request = vetoable(steps=(a_step(group(), person("dan")),))
    assert (posted(request, destination).request.progress.veto_ends_at is not None) is starts


def test_a_card_that_nobody_eligible_sees_starts_nothing() -> None:
    nobody_left = a_directory(groups={"finance": ()})
    assert posted(vetoable(), "slack:C0REFUNDS", directory=nobody_left).request.progress.veto_ends_at is None


def test_a_veto_without_a_window_is_a_gate() -> None:
    gated = posted(vetoable(window=None), "slack:C0REFUNDS").request
    assert not gated.veto_open
    assert gated.progress.step_ends_at == after(16)


def test_the_window_of_a_gate_never_starts() -> None:
    assert posted(opened(), "slack:C0REFUNDS").request.progress.veto_ends_at is None


def test_a_card_posted_after_the_end_is_only_on_record() -> None:
    done = pressed(vetoable()).request
    late = posted(done, "slack:C0REFUNDS").request
    assert (late.status, late.progress.veto_ends_at) == (Status.APPROVED, None)


def test_a_veto_whose_cards_never_arrive_asks_on_like_a_gate() -> None:
    request = vetoable(steps=(a_step(), a_step(channel("slack:C2"))))
    move = CardUndeliverable(request_id="", command_id="", destination="slack:C0REFUNDS", why="archived")
    moved = lifecycle.fold(request, move, facts(after(1)))
    assert moved.request.progress.step == 2
    assert not moved.request.veto_open
    assert moved.events[0].private == {"why": "archived"}


def test_a_destination_that_works_again_is_dead_no_longer() -> None:
    dead = renewed(opened(), undeliverable=("slack:C0REFUNDS", "slack:C9"))
    assert posted(dead, "slack:C0REFUNDS").request.progress.undeliverable == ("slack:C9",)


def test_somebody_who_is_lost_with_one_account_is_asked_with_another() -> None:
    roy = a_person("roy", identities=(slack("U0ROY", None), slack("U7ROY", "T02EAST")))
    request = renewed(opened(), reaching=("slack:@U0ROY",), reached=("slack:@U0ROY",))

    def lost(request: ApprovalRequest, place: str) -> Transition:
        move = CardUndeliverable(request_id="", command_id="", destination=place, why="gone")
        return lifecycle.fold(request, move, facts(directory=a_directory(roy)))

    moved = lost(request, "slack:@U0ROY")
    progress = moved.request.progress
    assert (progress.step, progress.reaching) == (1, ("slack:T02EAST/@U7ROY",))
    posted = [effect for effect in moved.effects if isinstance(effect, PostCard)]
    assert [effect.destination for effect in posted] == ["slack:T02EAST/@U7ROY"]
    # With the last account lost too, nobody is left to be waited for.
    assert "slack:T02EAST/@U7ROY" not in lost(moved.request, "slack:T02EAST/@U7ROY").request.progress.reaching


def test_an_undeliverable_card_after_the_end_asks_nobody() -> None:
    done = pressed(opened()).request
    move = CardUndeliverable(request_id="", command_id="", destination="slack:C0REFUNDS", why="archived")
    late = lifecycle.fold(done, move, facts())
    assert late.request.progress.step == 1
    assert [event.kind for event in late.events] == [EventKind.CARD_UNDELIVERABLE]


def settled(request: ApprovalRequest, kind: str, *, delivered: bool) -> Transition:
    move = CallbackSettled(request_id="", command_id="", type=kind, delivered=delivered, why="")
    return lifecycle.fold(request, move, facts())


@pytest.mark.parametrize(("delivered", "state"), [(True, "delivered"), (False, "failed")])
def test_the_fate_of_the_callback_is_kept_for_the_card(state: str, *, delivered: bool) -> None:
    done = pressed(opened()).request
    assert done.progress.callback == "pending"
    told = settled(done, "approval.approved", delivered=delivered)
    assert told.request.progress.callback == state
    assert told.effects == (() if delivered else (RedrawCards(urgent=False),))


def test_an_earlier_callback_says_nothing_about_the_decisions() -> None:
    done = pressed(opened()).request
    told = settled(done, "approval.escalated", delivered=True)
    assert told.request.progress.callback == "pending"
    assert told.events[0].kind is EventKind.CALLBACK_TAKEN


def test_the_fate_of_the_approval_says_nothing_about_its_taking_back() -> None:
    ran = opened(mode=Mode.AUTO, irreversible=False)
    back = pressed(ran, choice=Choice.OVERRIDE, reason=a_reason()).request
    assert back.progress.callback == "pending"
    told = settled(back, "approval.approved", delivered=True).request
    assert told.progress.callback == "pending"
    assert settled(told, "approval.reverted", delivered=False).request.progress.callback == "failed"
