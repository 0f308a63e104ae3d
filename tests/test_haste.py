"""Haste: more slots for receivers that answer promptly, and for nobody else."""

from collections.abc import Mapping
from datetime import timedelta

import pytest

from bot.domain.destinations import slots
from bot.haste import MOST, PROMPT, SPARE, Haste
from bot.pacing import Pacing
from bot.ports import CallbackJob, Done, GiveUp, RetryLater, Sent
from tests.fakes.clock import MovedClock
from tests.fakes.job_store import JobStore

AGENT, OTHER = "callback:agent.example:443", "callback:other.example:443"
USUAL = slots(AGENT)


class _Receivers:
    """Callbacks that are sent and answered."""

    def __init__(self, clock: MovedClock, haste: Haste | Pacing) -> None:
        self._clock, self._haste = clock, haste
        self._store = JobStore(clock)
        self._request = self._store.request()

    def begun(self, host: str = "agent.example") -> CallbackJob:
        job = self._store.rows[self._store.callback(self._request, f"https://{host}/in")].job
        assert isinstance(job, CallbackJob)
        self._haste.begin(job)
        return job

    def answer(
        self, times: int, sent: Sent | None, *, after: float = 0.0, host: str = "agent.example"
    ) -> None:
        for _ in range(times):
            job = self.begun(host)
            self._clock.advance(seconds=after)
            self._haste.end(job, sent)


@pytest.fixture
def clock() -> MovedClock:
    return MovedClock()


@pytest.fixture
def haste(clock: MovedClock) -> Haste:
    return Haste(clock)


@pytest.fixture
def receivers(clock: MovedClock, haste: Haste) -> _Receivers:
    return _Receivers(clock, haste)


def _more(haste: Haste, under_way: Mapping[str, int] | None = None) -> dict[str, int]:
    return haste.slots(under_way or {})


def test_each_prompt_answer_earns_a_slot_up_to_a_limit(haste: Haste, receivers: _Receivers) -> None:
    assert _more(haste) == {}
    receivers.answer(3, Done())
    assert _more(haste) == {AGENT: USUAL + 3}
    receivers.answer(100, Done())
    assert _more(haste) == {AGENT: USUAL + MOST}


@pytest.mark.parametrize("sent", [RetryLater(why="503"), RetryLater(why="It did not answer.")])
def test_who_fails_has_the_usual_slots_again(haste: Haste, receivers: _Receivers, sent: Sent) -> None:
    receivers.answer(10, Done())
    receivers.answer(1, sent)
    assert _more(haste) == {}


def test_a_late_answer_earns_nothing_and_takes_away_what_was_earned(
    haste: Haste, receivers: _Receivers
) -> None:
    receivers.answer(10, Done())
    receivers.answer(1, Done(), after=PROMPT.total_seconds() + 0.1)
    assert _more(haste) == {}


def test_a_refusal_of_one_callback_says_nothing_about_the_others(haste: Haste, receivers: _Receivers) -> None:
    receivers.answer(2, Done())
    receivers.answer(1, GiveUp(why="410 Gone"))
    receivers.answer(1, None)
    assert _more(haste) == {AGENT: USUAL + 2}


def test_what_was_earned_lapses_when_there_is_nothing_to_do(
    haste: Haste, receivers: _Receivers, clock: MovedClock
) -> None:
    receivers.answer(2, Done())
    clock.advance(seconds=59)
    assert _more(haste)
    clock.advance(seconds=1)
    assert _more(haste) == {}


def test_all_together_share_what_is_spare_and_those_at_work_come_first(
    haste: Haste, receivers: _Receivers
) -> None:
    receivers.answer(MOST, Done(), host="other.example")
    receivers.answer(MOST, Done())

    found = _more(haste, {AGENT: USUAL + 20})

    assert found == {AGENT: USUAL + MOST, OTHER: USUAL + SPARE - MOST}


def test_nobody_is_given_more_than_what_is_spare_whatever_is_under_way(
    haste: Haste, receivers: _Receivers
) -> None:
    hosts = [f"h{number}.example" for number in range(5)]
    for host in hosts:
        receivers.answer(MOST, Done(), host=host)
    under_way = {f"callback:{host}:443": USUAL + 7 for host in hosts}

    assert _more(haste, under_way) == under_way


def test_a_destination_that_has_to_rest_has_earned_nothing(clock: MovedClock) -> None:
    pacing = Pacing(clock)
    receivers = _Receivers(clock, pacing)
    begun = [receivers.begun() for _ in range(5)]
    pacing.end(begun[0], Done())
    assert pacing.slots() == {AGENT: USUAL + 1}
    pacing.end(begun[1], RetryLater(why="429", after=timedelta(seconds=30)))
    # It still answers what was under way.
    pacing.end(begun[2], Done())

    assert pacing.busy() == {AGENT: USUAL}
    assert pacing.slots() == {}


def test_what_was_earned_outlives_a_moment_without_work_but_not_a_clock_that_was_set(
    clock: MovedClock,
) -> None:
    pacing = Pacing(clock)
    receivers = _Receivers(clock, pacing)
    receivers.answer(1, Done())
    assert pacing.busy() == {}
    assert pacing.slots() == {AGENT: USUAL + 1}
    pacing.forget_moments()
    assert pacing.slots() == {}
