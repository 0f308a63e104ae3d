"""Pacing: what a destination may take now."""

from dataclasses import replace
from datetime import datetime, timedelta

import pytest

from adapters.teams.limits import REQUESTS
from bot.domain.destinations import slots
from bot.pacing import Pacing
from bot.ports import CallbackJob, CardJob, Done, GiveUp, Job, RetryLater
from tests.fakes.clock import MovedClock
from tests.fakes.job_store import JobStore

AGENT = "callback:agent.example:443"


class _Jobs:
    """Jobs by destination, from a store nobody else uses."""

    def __init__(self, clock: MovedClock) -> None:
        self._store = JobStore(clock)
        self._request = self._store.request()

    def post(self, destination: str = "slack:C1") -> Job:
        return self._store.rows[self._store.card(self._request, destination)].job

    def redraw(self, destination: str = "slack:C1") -> Job:
        job = self.post(destination)
        assert isinstance(job, CardJob)
        return replace(job, message="m1")

    def tell(self) -> Job:
        return self._store.rows[self._store.line("tell", self._request, "slack:reply")].job

    def callback(self, host: str = "agent.example") -> CallbackJob:
        job = self._store.rows[self._store.callback(self._request, f"https://{host}/in")].job
        assert isinstance(job, CallbackJob)
        return job


@pytest.fixture
def clock() -> MovedClock:
    return MovedClock()


@pytest.fixture
def pacing(clock: MovedClock) -> Pacing:
    return Pacing(clock)


@pytest.fixture
def jobs(clock: MovedClock) -> _Jobs:
    return _Jobs(clock)


def _carry(pacing: Pacing, job: Job, *sent: Done | RetryLater | GiveUp) -> None:
    for outcome in sent:
        pacing.begin(job)
        pacing.end(job, outcome)


def test_jobs_under_way_take_their_destinations_slots(pacing: Pacing, jobs: _Jobs) -> None:
    callback = jobs.callback()
    pacing.begin(callback)
    pacing.begin(callback)
    pacing.begin(jobs.callback("other.example"))
    assert pacing.busy() == {AGENT: 2, "callback:other.example:443": 1}
    pacing.end(callback, Done())
    assert pacing.busy()[AGENT] == 1


def test_a_short_burst_into_a_slack_channel_goes_out_and_then_one_message_a_second(
    pacing: Pacing, jobs: _Jobs, clock: MovedClock
) -> None:
    went_out_at = []
    for tenth in range(90):
        if "slack:C1" not in pacing.busy():
            _carry(pacing, jobs.post(), Done(message="m"))
            went_out_at.append(tenth / 10)
        clock.advance(seconds=0.1)
    assert went_out_at == [0.0, 0.1, 0.2, 3.1, 4.1, 5.1, 6.2, 7.2, 8.2]


def test_a_conversation_of_teams_is_kept_below_every_limit_however_much_waits(
    pacing: Pacing, jobs: _Jobs, clock: MovedClock
) -> None:
    job, began_at, went_out_at = jobs.post("teams:19:a"), clock.now, [0.0]
    while went_out_at[-1] < 2 * 3600:
        if "teams:19:a" not in pacing.busy():
            _carry(pacing, job, Done(message="m"))
            went_out_at.append((clock.now - began_at).total_seconds())
        free_at = pacing.free_at()
        clock.now = free_at if free_at is not None else clock.now
    del went_out_at[0]

    assert went_out_at[:3] == [0.0, 0.0, 0.0]
    for most, within in REQUESTS:
        pairs = zip(went_out_at, went_out_at[most:], strict=False)
        assert all(later - first > within.total_seconds() for first, later in pairs), f"{most} in {within}"


def test_a_pace_is_kept_however_late_the_first_message_comes(
    pacing: Pacing, jobs: _Jobs, clock: MovedClock
) -> None:
    arrived = list[datetime]()
    while len(arrived) < 6:
        if "slack:C1" in pacing.busy():
            clock.advance(seconds=0.1)
            continue
        job = jobs.post()
        pacing.begin(job)
        clock.advance(seconds=0 if arrived else 0.9)
        pacing.end(job, Done(message="m"))
        arrived.append(clock.now)

    # Three at once, and then one a second, all by the clock of whom they come to.
    assert all(at - arrived[0] >= timedelta(seconds=number) for number, at in enumerate(arrived[3:], start=3))


def test_redraws_have_a_pace_of_their_own(pacing: Pacing, jobs: _Jobs, clock: MovedClock) -> None:
    for _ in range(9):
        assert "slack:C1" not in pacing.busy()
        _carry(pacing, jobs.redraw(), Done(message="m"))
    assert pacing.free_at() == clock.now + timedelta(milliseconds=250)
    clock.advance(milliseconds=250)
    for _ in range(2):
        _carry(pacing, jobs.post(), Done(message="m"))
        assert pacing.busy() == {}


def test_private_answers_and_the_browser_are_not_paced(pacing: Pacing, jobs: _Jobs) -> None:
    for _ in range(50):
        _carry(pacing, jobs.tell(), Done())
        _carry(pacing, jobs.post("web:support"), Done(message="m"))
    assert pacing.busy() == {}


def test_retry_after_closes_the_whole_channel_for_that_long_and_no_other(
    pacing: Pacing, jobs: _Jobs, clock: MovedClock
) -> None:
    _carry(pacing, jobs.post(), RetryLater(why="429", after=timedelta(seconds=30)))
    _carry(pacing, jobs.post("slack:C2"), Done(message="m"))
    assert pacing.busy() == {"slack:C1": 1}
    assert pacing.free_at() == clock.now + timedelta(seconds=30)
    clock.advance(seconds=30)
    assert pacing.busy() == {}


def test_an_agent_cannot_close_a_server_that_others_share_for_longer_than_a_minute(
    pacing: Pacing, jobs: _Jobs, clock: MovedClock
) -> None:
    _carry(pacing, jobs.callback(), RetryLater(why="503", after=timedelta(days=365)))
    assert pacing.busy() == {AGENT: slots(AGENT)}
    clock.advance(minutes=1)
    assert pacing.busy() == {}


def test_a_server_that_keeps_failing_is_tried_by_one_job_at_a_time_ever_more_rarely(
    pacing: Pacing, jobs: _Jobs, clock: MovedClock
) -> None:
    _carry(pacing, jobs.callback(), *[RetryLater(why="500")] * 3)
    assert pacing.busy() == {}
    holds = []
    for _ in range(9):
        _carry(pacing, jobs.callback(), RetryLater(why="500"))
        assert pacing.busy() == {AGENT: slots(AGENT)}
        free_at = pacing.free_at()
        assert free_at is not None
        holds.append((free_at - clock.now).total_seconds())
        clock.now = free_at
        assert pacing.busy() == {AGENT: slots(AGENT) - 1}
    probe = jobs.callback()
    pacing.begin(probe)
    assert pacing.busy() == {AGENT: slots(AGENT)}
    assert holds == [1, 2, 4, 8, 16, 32, 60, 60, 60]


@pytest.mark.parametrize("answer", [Done(), GiveUp(why="410 Gone")])
def test_any_clear_answer_makes_a_server_well_again(
    pacing: Pacing, jobs: _Jobs, clock: MovedClock, answer: Done | GiveUp
) -> None:
    _carry(pacing, jobs.callback(), *[RetryLater(why="500")] * 5)
    clock.advance(minutes=1)
    _carry(pacing, jobs.callback(), answer)
    assert pacing.busy() == {}


def test_what_never_reached_the_outside_says_nothing_about_it(pacing: Pacing, jobs: _Jobs) -> None:
    for _ in range(20):
        job = jobs.callback()
        pacing.begin(job)
        pacing.end(job, None)
    assert pacing.busy() == {}


def test_what_has_not_been_heard_of_for_long_is_forgotten(
    pacing: Pacing, jobs: _Jobs, clock: MovedClock
) -> None:
    for number in range(100):
        _carry(pacing, jobs.callback(f"h{number}.example"), Done(), RetryLater(why="500"))
    clock.advance(hours=2)
    pacing.busy()
    assert not pacing._known
