"""Waits and reminders of a step pause while nobody of the groups works that it asks."""

from datetime import UTC, datetime, time, timedelta

from bot.domain import escalation, lifecycle
from bot.domain.hours import Hours
from bot.domain.moves import Due
from bot.domain.request import ApprovalRequest
from bot.domain.terms import Step
from tests.builders import a_request, a_step, channel, facts, group

BERLIN = Hours(days=(1, 2, 3, 4, 5), start=time(9), end=time(18), zone="Europe/Berlin")
AUCKLAND = Hours(days=(1, 2, 3, 4, 5), start=time(9), end=time(17), zone="Pacific/Auckland")
#: the Friday before Berlin's clocks go forward, 17:50 there
FRIDAY = datetime(2026, 3, 27, 16, 50, tzinfo=UTC)
#: the first working minute after that, an hour earlier than a week before
MONDAY = datetime(2026, 3, 30, 7, 0, tzinfo=UTC)


def asking(*hours: Hours, wait: float = 30, **changes: object) -> Step:
    """A step to a group with these hours."""
    return a_step(group(), wait=wait, remind_every=timedelta(minutes=20), hours=hours, **changes)


def asked(*steps: Step, at: datetime = FRIDAY, **changes: object) -> ApprovalRequest:
    """A request that came on Friday evening."""
    return lifecycle.open_request(a_request(steps=steps, created_at=at, **changes), facts(at)).request


def test_a_wait_goes_on_when_the_group_is_back_across_the_change_of_clocks() -> None:
    request = asked(asking(BERLIN))
    assert request.progress.remind_at == MONDAY + timedelta(minutes=10)
    assert request.progress.step_ends_at == MONDAY + timedelta(minutes=20)


def test_of_two_groups_the_one_that_works_keeps_the_wait_going() -> None:
    """Monday 9:00 in Auckland is Sunday 20:00 in UTC."""
    sunday = datetime(2026, 3, 29, 20, 0, tzinfo=UTC)
    assert asked(asking(BERLIN, AUCKLAND)).progress.step_ends_at == sunday + timedelta(minutes=20)


def test_what_is_urgent_pauses_for_no_group() -> None:
    request = asked(asking(BERLIN), urgent=True)
    assert request.progress.remind_at == FRIDAY + timedelta(minutes=20)
    assert request.progress.step_ends_at == FRIDAY + timedelta(minutes=30)


def test_the_deadline_pauses_for_no_group() -> None:
    saturday = FRIDAY + timedelta(hours=20)
    request = asked(asking(BERLIN), needed_by=saturday)
    assert request.due_at == saturday
    ended = lifecycle.fold(request, Due(request_id=request.id, command_id=""), facts(saturday)).request
    assert ended.status.value == "expired"


def test_each_step_waits_in_the_hours_of_those_it_asks() -> None:
    request = asked(a_step(channel(), wait=30), asking(BERLIN))
    at = FRIDAY + timedelta(minutes=30)
    assert request.progress.step_ends_at == at
    moved = lifecycle.fold(request, Due(request_id=request.id, command_id=""), facts(at)).request
    assert moved.progress.step_ends_at == MONDAY + timedelta(minutes=30)
    assert escalation.working_hours(request) == ()
    assert escalation.working_hours(moved) == (BERLIN,)
