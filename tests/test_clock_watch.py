"""The watch over the clock: what waits moves with it, and deadlines wait a moment after a leap."""

from datetime import timedelta

import pytest

from bot.clock_watch import ClockWatch
from bot.domain.errors import Busy
from bot.metrics import Metrics
from bot.timers import DOUBT, LEAP, Timers
from tests.builders import NOW
from tests.fakes.clock import MovedClock
from tests.fakes.job_store import JobStore

HOURS = timedelta(hours=3)


class Bench:
    """A watch with both of its clocks in hand."""

    def __init__(self) -> None:
        self.clock = MovedClock(NOW)
        self.seconds = 0.0
        self.wound: list[timedelta] = []
        self.forgotten = 0
        self.is_away = False
        self.watch = ClockWatch(
            self.clock, wind_back=self._wind_back, forget=self._forget, elapsed=lambda: self.seconds
        )

    async def _wind_back(self, by: timedelta) -> int:
        if self.is_away:
            raise Busy
        self.wound.append(by)
        return 1

    def _forget(self) -> None:
        self.forgotten += 1

    def pass_(self, seconds: float) -> None:
        """Time passes for both."""
        self.seconds += seconds
        self.clock.advance(seconds=seconds)


async def test_a_clock_that_was_set_back_winds_back_what_waits_once() -> None:
    bench = Bench()
    await bench.watch.step()
    bench.clock.now -= HOURS
    bench.pass_(1)
    await bench.watch.step()
    await bench.watch.step()

    assert bench.wound == [HOURS]
    assert bench.forgotten == 1


async def test_a_clock_that_goes_as_it_should_or_is_corrected_a_little_moves_nothing() -> None:
    bench = Bench()
    for _ in range(100):
        bench.pass_(60)
        bench.clock.now -= timedelta(seconds=1)
        await bench.watch.step()
    bench.clock.now += HOURS
    await bench.watch.step()

    assert bench.wound == []


async def test_what_could_not_be_moved_is_moved_when_the_database_is_back() -> None:
    bench = Bench()
    await bench.watch.step()
    bench.clock.now -= HOURS
    bench.is_away = True
    with pytest.raises(Busy):
        await bench.watch.step()
    bench.is_away = False
    await bench.watch.step()

    assert bench.wound == [HOURS]


class Counting(JobStore):
    """Counts how often what is due was to be fired; another process has it."""

    fired = 0

    def __init__(self, clock: MovedClock) -> None:
        super().__init__(clock)
        self.timers = [clock.now]

    async def fire_due(self, limit: int) -> int:
        """Nothing is left to fire."""
        self.fired += 1
        return 0


async def test_timers_believe_a_clock_that_leapt_only_after_a_while(clock: MovedClock) -> None:
    bench, store = Bench(), Counting(clock)
    timers = Timers(store=store, clock=bench.clock, metrics=Metrics(), elapsed=lambda: bench.seconds)
    await timers.step()
    assert store.fired == 1
    assert store.beside_until is not None
    assert bench.clock() < store.beside_until < bench.clock() + LEAP
    bench.clock.now += LEAP * 2
    await timers.step()
    assert store.beside_until < bench.clock(), "writes fire nothing meanwhile"
    bench.pass_(DOUBT.total_seconds() - 1)
    await timers.step()
    assert store.fired == 1
    bench.pass_(2)
    await timers.step()
    assert store.fired == 2


async def test_a_leap_that_is_taken_back_is_forgotten(clock: MovedClock) -> None:
    bench, store = Bench(), Counting(clock)
    timers = Timers(store=store, clock=bench.clock, metrics=Metrics(), elapsed=lambda: bench.seconds)
    await timers.step()
    bench.clock.now += LEAP * 2
    await timers.step()
    bench.clock.now -= LEAP * 2
    await timers.step()
    assert store.fired == 2


@pytest.fixture
def clock() -> MovedClock:
    """For the store alone."""
    return MovedClock(NOW)
