"""Paces: whatever is sent whenever, no window that a platform looks at holds more than it takes."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from adapters.teams.limits import REQUESTS
from bot.domain.destinations import slots
from bot.pace import PACES, Window
from bot.pacing import Pacing
from bot.ports import CardJob, Done, RetryLater
from tests.fakes.clock import START, MovedClock

#: so many messages in as many seconds: three at once are a short burst, and every longer time is kept too
SLACK = tuple((most, timedelta(seconds=most)) for most in range(3, 40))
#: four changes a second, and eight ahead of that
SLACK_REDRAWS = tuple((9 + 4 * s, timedelta(milliseconds=250) + timedelta(seconds=s)) for s in range(10))
#: the same by this clock, which may tick slower than the other
SLOWED = 1.02


@dataclass(frozen=True, slots=True, kw_only=True)
class Wish:
    """A job that a worker comes upon, and how the attempt at it goes; in seconds."""

    #: after the job before was found
    after: float
    #: how long the attempt takes
    takes: float
    #: when within the attempt it comes to the platform, 0 at its beginning and 1 at its end
    arrives: float
    is_redraw: bool = False
    #: whether the answer never came; it came there all the same
    is_uncertain: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Sending:
    """What became of a wish."""

    wish: Wish
    found_at: datetime
    began_at: datetime
    came_at: datetime
    ended_at: datetime


def wishes(*, apart: float) -> st.SearchStrategy[list[Wish]]:
    """Jobs in crowds and far apart, of attempts that are quick and slow."""
    return st.lists(
        st.builds(
            Wish,
            after=st.one_of(st.just(0.0), st.floats(0, 1), st.floats(0, apart)),
            takes=st.one_of(st.just(0.0), st.floats(0, 0.3), st.floats(0, 45)),
            arrives=st.floats(0, 1),
            is_redraw=st.booleans(),
            is_uncertain=st.booleans(),
        ),
        max_size=60,
    )


def job_for(destination: str) -> CardJob:
    """A card to be posted there."""
    return CardJob(
        copy_id="c1",
        request_id="apr_1",
        destination=destination,
        message=None,
        wanted_version=1,
        attempts=1,
        uncertain=False,
        created_at=START,
    )


def sent(destination: str, wanted: Sequence[Wish]) -> list[Sending]:
    """What a worker does with them, one after another, each as soon as the pacing says that it may."""
    clock, posting, sendings = MovedClock(), job_for(destination), list[Sending]()
    pacing, found_at = Pacing(clock), START
    for wish in wanted:
        found_at += timedelta(seconds=wish.after)
        clock.now = max(clock.now, found_at)
        while pacing.busy().get(destination, 0) >= slots(destination):
            free_at = pacing.free_at()
            assert free_at is not None
            clock.now = free_at
        job = replace(posting, message="m1") if wish.is_redraw else posting
        pacing.begin(job)
        began_at = clock.now
        clock.advance(seconds=wish.takes)
        pacing.end(job, RetryLater(why="No answer.", uncertain=True) if wish.is_uncertain else Done())
        sendings.append(
            Sending(
                wish=wish,
                found_at=found_at,
                began_at=began_at,
                came_at=began_at + wish.arrives * (clock.now - began_at),
                ended_at=clock.now,
            )
        )
    return sendings


def is_kept(came_at: Sequence[datetime], windows: Sequence[tuple[int, timedelta]]) -> bool:
    """Whether no window, wherever it begins, holds more than it may."""
    return all(
        later - first >= within
        for most, within in windows
        for first, later in zip(came_at, came_at[most:], strict=False)
    )


@given(wishes(apart=8))
def test_no_window_of_slack_is_over_full_whatever_is_sent(wanted: list[Wish]) -> None:
    sendings = sent("slack:C1", wanted)
    assert is_kept([each.came_at for each in sendings if not each.wish.is_redraw], SLACK)
    assert is_kept([each.came_at for each in sendings if each.wish.is_redraw], SLACK_REDRAWS)


@given(wishes(apart=60))
def test_no_window_of_teams_is_over_full_whatever_is_sent(wanted: list[Wish]) -> None:
    assert is_kept([each.came_at for each in sent("teams:19:a", wanted)], REQUESTS)


@given(
    crowds=st.lists(
        st.tuples(st.integers(1, 700), st.floats(0, 1800), st.floats(0, 2)), min_size=1, max_size=8
    )
)
@settings(max_examples=25, deadline=None)
def test_an_hour_of_teams_is_kept_however_crowds_come(crowds: list[tuple[int, float, float]]) -> None:
    wanted = [
        Wish(after=pause if first == 0 else 0, takes=takes, arrives=first % 2)
        for many, pause, takes in crowds
        for first in range(many)
    ]
    assert is_kept([each.came_at for each in sent("teams:19:a", wanted)], REQUESTS)


@given(wishes(apart=8))
def test_nothing_goes_into_slack_later_than_a_window_demands(wanted: list[Wish]) -> None:
    posts = [replace(wish, is_redraw=False, is_uncertain=False) for wish in wanted]
    sendings = sent("slack:C1", posts)
    for number, each in enumerate(sendings):
        before = sendings[:number]
        free_at = [before[-most].ended_at + within * SLOWED for most, within in SLACK if most <= number]
        ready_at = max([each.found_at, *(one.ended_at for one in before[-1:])])
        assert each.began_at <= max([ready_at, *free_at])


@pytest.mark.parametrize("destination", ["slack:C1", "teams:19:a"])
@given(long_before=st.integers(0, 100), is_redraw=st.booleans(), many=st.integers(1, 3))
def test_after_a_pause_a_short_burst_goes_out_at_once(
    destination: str, *, long_before: int, is_redraw: bool, many: int
) -> None:
    earlier = [Wish(after=0, takes=0, arrives=0)] * long_before
    burst = [Wish(after=0, takes=0, arrives=0, is_redraw=is_redraw)] * many
    burst[0] = replace(burst[0], after=timedelta(hours=1).total_seconds())
    assert all(each.began_at == each.found_at for each in sent(destination, [*earlier, *burst])[-many:])


def test_what_never_reached_the_platform_costs_nothing() -> None:
    clock, job = MovedClock(), job_for("slack:C1")
    pacing = Pacing(clock)
    for _ in range(20):
        pacing.begin(job)
        pacing.end(job, None)
    assert pacing.busy() == {}


@given(st.lists(st.floats(0, 20), max_size=60))
def test_a_channel_that_was_forgotten_keeps_its_windows(pauses: list[float]) -> None:
    clock, job, came_at = MovedClock(), job_for("slack:C1"), list[datetime]()
    pacing = Pacing(clock)
    for pause in pauses:
        clock.advance(seconds=pause)
        while "slack:C1" in pacing.busy():
            clock.now = pacing.free_at() or clock.now
        pacing.begin(job)
        pacing.end(job, Done())
        came_at.append(clock.now)
    assert is_kept(came_at, SLACK)
    clock.advance(seconds=2 * 3.1)
    pacing.busy()
    assert not pacing._known


def test_slacks_window_is_a_message_a_second() -> None:
    (window,) = PACES["slack"].messages
    assert isinstance(window, Window)
    assert timedelta(seconds=window.most) < window.within < timedelta(seconds=window.most * SLOWED) * 1.001
