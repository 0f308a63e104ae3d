"""The veto window: silence is consent only of people who were told, were there, and could have said no."""

from dataclasses import replace
from datetime import time, timedelta
from decimal import Decimal
from typing import Any

import pytest

from bot.domain import lifecycle
from bot.domain.card_footer import footer
from bot.domain.choice import Choice
from bot.domain.directory import Directory
from bot.domain.effects import RedrawCards
from bot.domain.events import EventKind
from bot.domain.forecast import Queue
from bot.domain.hours import Hours
from bot.domain.memberships import FRESH, Membership, resolved
from bot.domain.moves import CardPosted, CardUndeliverable, Due, Edited, MarkPause, Move
from bot.domain.request import ApprovalRequest
from bot.domain.status import DecisionType, Mode, Status
from bot.domain.steering import Absence, Pause, Steering
from bot.domain.terms import Step
from bot.domain.transition import Transition
from tests.builders import (
    NOW,
    OTHER_DIGEST,
    a_directory,
    a_packet,
    a_person,
    a_press,
    a_step,
    after,
    channel,
    facts,
    opened,
    pressed,
    slack,
)
from tests.domain.card_reading import words

LEGAL = "slack:T01HOME/S0LEGAL"
TEN = timedelta(minutes=10)


def asked(*steps: Step, directory: Directory | None = None, **changes: Any) -> ApprovalRequest:
    """Submitted under a rule with a window of ten minutes, before any card stands."""
    given = {"mode": Mode.VETO, "window": TEN, "irreversible": False, "rule": "small"} | changes
    return opened(directory, steps=steps or (a_step(), a_step(channel("slack:C2"))), **given)


def folded(
    request: ApprovalRequest, move: Move, minutes: float = 0, directory: Directory | None = None
) -> Transition:
    return lifecycle.fold(request, move, facts(after(minutes), directory))


def stands(
    request: ApprovalRequest,
    destination: str = "slack:C0REFUNDS",
    minutes: float = 0,
    directory: Directory | None = None,
) -> ApprovalRequest:
    move = CardPosted(request_id="", command_id="", destination=destination, shown_digest="d")
    return folded(request, move, minutes, directory).request


def due(request: ApprovalRequest, minutes: float, directory: Directory | None = None) -> Transition:
    return folded(request, Due(request_id="", command_id=""), minutes, directory)


def is_gate(request: ApprovalRequest) -> bool:
    progress = request.progress
    return (
        request.status is Status.PENDING
        and not request.veto_open
        and progress.veto_ends_at is None
        and progress.step_ends_at is not None
    )


def away(*people: str, **covers: str) -> Directory:
    absences = tuple(Absence(person=each, cover=covers.get(each), made_at=NOW) for each in people)
    return a_directory(steering=Steering(absences=absences))


# -- how it starts


@pytest.mark.parametrize(
    ("destination", "starts"),
    [("slack:C0REFUNDS", True), ("teams:Support/refunds", True), ("web:refunds", False)],
)
def test_a_list_in_the_browser_is_no_notice_while_a_chat_is_asked(destination: str, *, starts: bool) -> None:
    both = a_step(channel(), channel("teams:Support/refunds"), channel("web:refunds"))
    assert (stands(asked(both), destination).progress.veto_ends_at is not None) is starts


def test_a_list_in_the_browser_is_enough_where_nothing_else_is_asked() -> None:
    only = asked(a_step(channel("web:refunds")))
    assert stands(only, "web:refunds").progress.veto_ends_at == after(10)


def test_a_channel_where_nobody_who_may_object_has_an_account_starts_nothing() -> None:
    in_teams = a_person("ann", identities=a_person("ann").identities[1:])
    directory = a_directory(in_teams, groups={"finance": ("ann",)})
    assert stands(asked(directory=directory), directory=directory).progress.veto_ends_at is None


@pytest.mark.parametrize(("reader", "starts"), [("U01ANN", True), ("U01CAT", False), ("U01NOBODY", False)])
def test_a_direct_message_is_notice_to_the_one_it_goes_to_alone(reader: str, *, starts: bool) -> None:
    theirs = f"slack:@{reader}"
    assert (stands(asked(a_step(channel(theirs))), theirs).progress.veto_ends_at is not None) is starts


def test_a_card_before_people_who_are_all_away_starts_nothing() -> None:
    assert stands(asked(), directory=away("ann")).progress.veto_ends_at == after(10)
    assert stands(asked(), directory=away("ann", "ben")).progress.veto_ends_at is None


def test_a_request_that_is_needed_before_the_window_ends_is_gated() -> None:
    assert is_gate(stands(asked(needed_by=after(10))))
    assert stands(asked(needed_by=after(11))).progress.veto_ends_at == after(10)


def test_a_card_that_never_comes_leaves_a_gate_to_the_next_step() -> None:
    moved = due(asked(), 15).request
    assert is_gate(moved)
    assert moved.progress.step == 2


def test_with_the_last_chat_lost_the_rest_is_a_gate() -> None:
    both = stands(asked(a_step(channel(), channel("web:refunds"))))
    lost = CardUndeliverable(request_id="", command_id="", destination="slack:C0REFUNDS", why="archived")
    assert is_gate(folded(both, lost).request)


def test_one_lost_chat_of_two_changes_nothing() -> None:
    both = stands(asked(a_step(channel(), channel("slack:C3"))))
    lost = CardUndeliverable(request_id="", command_id="", destination="slack:C3", why="archived")
    assert folded(both, lost).request.progress.veto_ends_at == after(10)


def test_the_window_runs_in_working_hours_however_urgent_it_is() -> None:
    office = Hours(days=(1, 2, 3, 4, 5), start=time(9), end=time(18), zone="UTC")
    friday_evening = after(days=4, hours=7.9)
    request = asked(hours=office, urgent=True)
    move = CardPosted(request_id="", command_id="", destination="slack:C0REFUNDS", shown_digest="d")
    started = lifecycle.fold(request, move, facts(friday_evening)).request
    assert started.progress.veto_ends_at == after(days=7, hours=-1, minutes=4)


# -- who stops it, and how


@pytest.mark.parametrize("name", ["ann", "ben"])
def test_any_one_person_stops_it_whatever_the_quorum(name: str) -> None:
    request = stands(asked(approve=2, reject=2))
    stopped = pressed(request, name, Choice.REJECT).request
    assert stopped.status is Status.REJECTED
    assert stopped.progress.decision is not None
    assert stopped.progress.decision.by == (name,)


def test_an_objection_needs_a_reason_and_somebody_who_is_asked() -> None:
    request = stands(asked())
    assert pressed(request, choice=Choice.REJECT, reason=None).answer.code == "reason_needed"
    assert pressed(request, "dan", Choice.REJECT).answer.code == "not_a_reviewer"


def test_an_agent_cannot_leave_the_objection_out() -> None:
    request = stands(asked(choices=("approve",)))
    assert pressed(request, choice=Choice.REJECT).request.status is Status.REJECTED
    assert pressed(opened(choices=("approve",)), choice=Choice.REJECT).answer.code == "not_offered"


@pytest.mark.parametrize(
    "changes",
    [
        {"choice": Choice.CLAIM},
        {"choice": Choice.ASK, "words": "Is it paid?"},
        {"choice": Choice.ESCALATE},
        {"choice": Choice.HAND_OVER, "to": "ben"},
    ],
    ids=lambda changes: changes["choice"].value,
)
def test_whoever_takes_an_interest_has_not_agreed_by_silence(changes: dict[str, Any]) -> None:
    moved = pressed(stands(asked()), **changes)
    assert moved.answer.accepted
    assert is_gate(moved.request)
    assert due(moved.request, 10).request.status is Status.PENDING


def test_escalating_where_nobody_is_further_leaves_a_gate() -> None:
    moved = pressed(stands(asked(a_step())), choice=Choice.ESCALATE)
    assert is_gate(moved.request)
    assert moved.answer.accepted
    assert "waits for you" in moved.answer.sentence


def test_approving_now_ends_it_with_the_quorum_only() -> None:
    alone = pressed(stands(asked()), "ann").request
    assert alone.progress.decision is not None
    assert alone.progress.decision.by == ("ann",)
    first = pressed(stands(asked(approve=2)), "ann").request
    assert (first.status, first.progress.veto_ends_at) == (Status.PENDING, after(10))
    unopposed = due(first, 10).request
    assert unopposed.ran_by_rule


def test_somebody_above_their_limit_can_stop_but_not_hurry_it() -> None:
    request = stands(asked(amount=Decimal(900)))
    assert pressed(request, "ben").answer.code == "limit"
    assert pressed(request, "ben", Choice.REJECT).request.status is Status.REJECTED


def test_an_edit_leaves_a_gate_for_good() -> None:
    request = stands(asked(approve=2))
    changed = replace(request.proposal, digest=OTHER_DIGEST)
    edited = Edited(proposal=changed, packet=a_packet({"amount": "7"}))
    moved = pressed(request, choice=Choice.EDIT, edited=edited).request
    assert is_gate(moved)
    assert stands(moved, minutes=1).progress.veto_ends_at is None


def test_a_pause_leaves_a_gate_even_when_it_ends_in_time() -> None:
    begun = MarkPause(request_id="", command_id="", person="ann", match="*", begins=True)
    ended = MarkPause(request_id="", command_id="", person="ann", match="*", begins=False)
    paused = folded(stands(asked()), begun, 1).request
    assert is_gate(paused)
    assert is_gate(folded(paused, ended, 2).request)


# -- how it passes


def test_silence_approves_by_the_rule_when_its_time_has_come() -> None:
    request = stands(asked())
    assert due(request, 9.9).events == ()
    done = due(request, 10).request
    assert done.ran_by_rule
    assert done.progress.decision is not None
    assert done.progress.decision.type is DecisionType.APPROVE


@pytest.mark.parametrize(
    "directory",
    [
        a_directory(groups={"finance": ()}),
        away("ann", "ben"),
        a_directory(steering=Steering(pauses=(Pause(match="*", by="ann", made_at=NOW),))),
    ],
    ids=["nobody is asked any more", "everybody is away", "paused"],
)
def test_silence_of_nobody_is_no_consent(directory: Directory) -> None:
    moved = due(stands(asked()), 10, directory)
    assert is_gate(moved.request)
    assert [event.kind for event in moved.events] == [EventKind.VETO_LIFTED]


def test_a_cover_who_may_object_is_somebody() -> None:
    assert due(stands(asked()), 10, away("ann", ann="ben")).request.ran_by_rule


def test_an_objection_a_moment_after_it_passed_is_told_how_to_take_it_back() -> None:
    late = pressed(due(stands(asked()), 10).request, choice=Choice.REJECT, now=after(10.1))
    assert late.answer.code == "too_late"
    told = "The rule small approved this at 10:10 UTC, so your press changed nothing."
    assert late.answer.sentence == f"{told} Press Override… to take the approval back."


def test_a_window_that_nobody_watched_runs_on_once() -> None:
    """Whoever pressed Stop while nothing ran here was heard by nobody."""
    watched = due(stands(asked()), 15)
    assert watched.request.ran_by_rule
    unwatched = due(stands(asked()), 17).request
    assert unwatched.status is Status.PENDING
    assert unwatched.progress.veto_ends_at == after(24)
    assert due(unwatched, 24).request.ran_by_rule
    assert due(unwatched, 240).request.ran_by_rule
    longest = due(stands(asked()), 600).request
    assert longest.progress.veto_ends_at == after(610)


def test_what_nobody_watched_does_not_run_on_past_its_deadline() -> None:
    request = stands(asked(needed_by=after(20)))
    assert is_gate(due(request, 17).request)


# -- objections that hang on who is in a group


def company(age: timedelta, *users: str) -> Directory:
    directory = a_directory(groups={"legal": ("ann",)}, live={"legal": (LEGAL,)})
    members = Membership(group=LEGAL, accounts=tuple(map(slack, users)), fetched_at=NOW - age)
    return resolved(directory, {LEGAL: members}, NOW)


FRESHLY = company(timedelta(0), "U01BEN")
UNSURE = company(FRESH + timedelta(seconds=1), "U01BEN")


def objected(choice: Choice = Choice.REJECT, **changes: Any) -> tuple[ApprovalRequest, Any]:
    """A window, with an objection of Ben's that waits until it is known whether he is in legal."""
    request = stands(asked(directory=FRESHLY, voters=("legal",)), directory=FRESHLY)
    press = a_press(request, "ben", choice, **changes)
    held = folded(request, press, 9, UNSURE)
    assert held.waits_for == ("legal",)
    return held.request, press


@pytest.mark.parametrize(
    "changes", [{}, {"choice": Choice.CLAIM}, {"choice": Choice.ASK, "words": "Paid?"}], ids=str
)
def test_the_window_does_not_pass_while_an_objection_waits(changes: dict[str, Any]) -> None:
    request, press = objected(**changes)
    assert request.due_at == after(24)
    assert due(request, 11, UNSURE).events == ()
    decided = folded(request, press, 11, FRESHLY).request
    assert not decided.veto_open or decided.status is Status.REJECTED
    assert decided.status is (Status.REJECTED if not changes else Status.PENDING)


def test_an_objection_of_somebody_who_may_not_lets_the_window_go_on() -> None:
    request, press = objected()
    refused = folded(request, press, 9.5, company(timedelta(0), "U01ZOE"))
    assert refused.answer.code == "not_a_reviewer"
    assert (refused.request.progress.objecting, refused.request.due_at) == ((), after(10))
    assert refused.request.progress.step_ends_at is None
    # Its cards say that nothing runs meanwhile, which holds no longer.
    assert RedrawCards() in refused.effects
    assert due(refused.request, 10, FRESHLY).request.ran_by_rule


def test_an_objection_that_cannot_be_checked_leaves_a_gate() -> None:
    request, press = objected()
    given_up = folded(request, replace(press, may_wait=False), 9.5, UNSURE)
    assert given_up.answer.code == "unreadable"
    assert given_up.answer.sentence.endswith("Silence approves it no longer: somebody has to decide.")
    assert is_gate(given_up.request)


def test_two_objections_wait_for_each_other() -> None:
    request, press = objected()
    again = a_press(request, "ben", Choice.REJECT)
    both = folded(request, again, 9.2, UNSURE).request
    one_left = folded(both, press, 9.5, company(timedelta(0), "U01ZOE")).request
    assert one_left.progress.objecting == (again.command_id,)
    assert due(one_left, 11, UNSURE).events == ()


def test_a_press_that_waits_still_is_noted_once() -> None:
    request, press = objected()
    again = folded(request, press, 9.2, UNSURE)
    assert (again.request, again.events) == (request, ())


def test_an_approval_that_waits_stops_nothing() -> None:
    request, _ = objected(Choice.APPROVE)
    assert request.progress.objecting == ()
    assert due(request, 10, UNSURE).request.ran_by_rule


def test_an_objection_before_any_card_stands_rests_the_window_that_starts_meanwhile() -> None:
    request = asked(directory=FRESHLY, voters=("legal",))
    press = a_press(request, "ben", Choice.REJECT)
    held = folded(request, press, 1, UNSURE).request
    started = stands(held, minutes=2, directory=UNSURE)
    assert started.progress.veto_ends_at == after(12)
    assert due(started, 13, UNSURE).events == ()
    assert is_gate(due(started, 15, UNSURE).request)


def test_what_runs_by_itself_stands_in_no_queue() -> None:
    queue = Queue(position=1, expected_wait=None, at=after(1))
    running = stands(asked())
    assert not any("queue" in line for line in words(footer(running, a_directory(), queue)))
    gated = folded(running, a_press(running, "ben", Choice.CLAIM)).request
    assert any("queue" in line for line in words(footer(gated, a_directory(), queue)))
