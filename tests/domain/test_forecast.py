"""What happens if nobody does anything is foretold as it then happens."""

from datetime import UTC, datetime, time, timedelta
from typing import Any

import pytest

from bot.domain import forecast, lifecycle
from bot.domain.choice import Choice
from bot.domain.hours import Hours
from bot.domain.moves import CardPosted, Due
from bot.domain.request import ApprovalRequest
from bot.domain.status import Mode
from tests.builders import NOW, a_step, after, channel, facts, group, opened, pressed

OFFICE = Hours(days=(1, 2, 3, 4, 5), start=time(9), end=time(11), zone="Europe/Berlin")
STEPS = (a_step(wait=15), a_step(group(), wait=30), a_step(channel("slack:C9"), wait=45))


def left_alone(request: ApprovalRequest) -> tuple[list[datetime], datetime]:
    """When steps began, and when it ended."""
    moved: list[datetime] = []
    while True:
        now = request.due_at
        assert now is not None
        before = request.progress
        request = lifecycle.fold(request, Due(request_id="", command_id=""), facts(now)).request
        if request.status.is_final:
            return moved, now
        if (before.step, before.round) != (request.progress.step, request.progress.round):
            moved.append(now)


@pytest.mark.parametrize(
    "changes",
    [
        pytest.param({}, id="two steps"),
        pytest.param({"steps": STEPS}, id="three steps"),
        pytest.param({"steps": STEPS, "repeat": 2}, id="three rounds"),
        pytest.param({"steps": STEPS, "repeat": 1, "hours": OFFICE}, id="in working hours"),
        pytest.param({"steps": STEPS, "hours": OFFICE, "urgent": True}, id="urgent"),
        pytest.param({"steps": STEPS, "needed_by": after(40)}, id="cut by the deadline"),
        pytest.param({"steps": STEPS, "needed_by": after(15)}, id="deadline as the step ends"),
        pytest.param({"steps": STEPS, "needed_by": after(days=9)}, id="a deadline that is never reached"),
        pytest.param({"steps": (a_step(),)}, id="one step"),
        pytest.param({"steps": (a_step(wait=0), a_step(wait=0))}, id="no patience"),
        pytest.param({"mode": Mode.VETO, "irreversible": False, "window": timedelta(minutes=5)}, id="veto"),
    ],
)
def test_the_forecast_comes_true(changes: dict[str, Any]) -> None:
    request = opened(**changes)
    if request.veto_open:
        move = CardPosted(request_id="", command_id="", destination="slack:C0REFUNDS", shown_digest="")
        request = lifecycle.fold(request, move, facts(after(1))).request
    moved, ended = left_alone(request)
    assert forecast.expires_at(request) == ended
    assert forecast.moves_on_at(request) == (moved[0] if moved else None)


def test_a_claim_changes_nothing_about_the_end() -> None:
    request = opened()
    claimed = pressed(request, choice=Choice.CLAIM).request
    assert forecast.expires_at(claimed) == forecast.expires_at(request)


def test_what_is_over_is_not_foretold() -> None:
    done = pressed(opened()).request
    assert (forecast.expires_at(done), forecast.moves_on_at(done)) == (None, None)


def test_the_next_step_is_known_until_the_last() -> None:
    request = opened(repeat=1)
    following = forecast.next_step(request)
    assert following is not None
    assert following[:2] == (2, 1)
    assert forecast.next_step(opened(steps=(a_step(),))) is None


def test_an_end_beyond_every_horizon_is_none() -> None:
    endless = opened(steps=(a_step(wait=600_000),), repeat=5_000)
    assert forecast.expires_at(endless) is None


def took(*minutes: float, start: datetime = NOW) -> list[forecast.Turnaround]:
    """Turnarounds of so many minutes."""
    return [
        forecast.Turnaround(asked_at=start, decided_at=start + timedelta(minutes=each)) for each in minutes
    ]


def test_a_wait_is_expected_to_be_as_long_as_waits_were_lately() -> None:
    request = opened()
    assert forecast.expected_wait(request, took(1, 3, 10), NOW) == timedelta(minutes=3)
    assert forecast.expected_wait(request, [], NOW) is None


def test_who_has_waited_already_is_told_what_those_took_who_waited_as_long() -> None:
    recent = took(1, 3, 10, 20, 30)
    request = opened()
    assert forecast.expected_wait(request, recent, after(4)) == timedelta(minutes=16)
    assert forecast.expected_wait(request, recent, after(25)) == timedelta(minutes=5)
    assert forecast.expected_wait(request, recent, after(31)) is None


def test_expected_waits_are_measured_and_told_in_working_hours() -> None:
    """Asked ten minutes before Berlin's office closes at 10:00 UTC, and decided an hour of work later."""
    friday = datetime(2026, 3, 6, 9, 50, tzinfo=UTC)
    overnight = [forecast.Turnaround(asked_at=friday, decided_at=friday + timedelta(days=3, minutes=-60))]
    request = opened(hours=OFFICE, steps=(a_step(wait=600),), created_at=friday)
    assert forecast.expected_wait(request, overnight, friday) == timedelta(days=3, minutes=-60)
    quick = took(5, start=friday)
    assert forecast.expected_wait(request, quick, friday) == timedelta(minutes=5)
