"""Among a million pending and a million finished requests: timers, lists, numbers, upkeep, and one more."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Iterator, Mapping
from contextlib import AsyncExitStack, ExitStack, asynccontextmanager, closing
from dataclasses import dataclass
from datetime import timedelta

from bench.figure import figure
from bench.reading import Reading, Unit
from bench.run import Run
from bench.scale.asking import CLAIMED, asked, claiming, firing, questions
from bench.scale.living import lives
from bench.scale.numbers import add_up, begin_numbers, statistics
from bench.scale.stock import stock
from bench.scale.upkeep import kept
from storage.migrate import migrate
from storage.stamps import to_stamp
from storage.store import SqlStore
from tests.builders import NOW, a_press, a_step, group
from tests.fakes.clock import MovedClock
from tests.storage.steps import Company, execute, submitted

#: most that claiming a hundred timers may take, as a ratio to what it takes among ten thousand
CLAIM_BOUND = 2.0
#: most that a request may cost, as a ratio to what it costs among a thousand
GROWTH_BOUND = 1.3
#: most that an answer may take, as a ratio to what it takes among ten thousand, if it takes longer than this
LIST_BOUND, AT_ONCE = 2.0, 0.005
#: so many that they are counted and never reached
OPEN = 10_000_000
#: until the first timer runs out; the others follow one second after the other
WAIT = timedelta(hours=1)
#: how long ago the finished ones were decided
BEFORE = timedelta(hours=11)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Stocked:
    """A store, its clock, and the two requests that the others are copies of."""

    url: str
    store: SqlStore
    clock: MovedClock
    pending: str
    finished: str

    def fill(self, numbers: range) -> None:
        """Add so many pending and so many finished requests."""
        first = to_stamp(NOW + WAIT)
        for template, due_at, digit in ((self.finished, None, 0), (self.pending, first, 1)):
            for _ in stock(self.url, template, numbers, digit=digit, due_at=due_at):
                pass
        add_up(self.url, (self.finished, self.pending))


@figure("million", once=True)
def million(run: Run) -> Iterator[Reading]:
    """Timers, lists, numbers, upkeep and one more request among 10³, 10⁴ and 10⁶, each beside the fewest."""
    with ExitStack() as stack:
        urls = {engine: stack.enter_context(run.database(engine)) for engine in run.engines}
        for url in urls.values():
            migrate(url)
        yield from asyncio.run(_grown(run, urls))


async def _grown(run: Run, urls: Mapping[str, str]) -> list[Reading]:
    few, some, many = run.pick((1_000, 10_000, 1_000_000), (200, 1_000, 5_000))
    readings: list[Reading] = []
    async with AsyncExitStack() as stack:
        opened = {on: await stack.enter_async_context(_opened(url)) for on, url in urls.items()}
        before = {on: await _before(run, stocked, on, few, some) for on, stocked in opened.items()}
        # Each database takes one core for minutes.
        await asyncio.gather(*(asyncio.to_thread(each.fill, range(some, many)) for each in opened.values()))
        for on, stocked in opened.items():
            readings += await _after(run, stocked, f"{on}/{many}", before[on])
    return readings


async def _before(run: Run, stocked: _Stocked, engine: str, few: int, some: int) -> list[list[Reading]]:
    """What one more request costs among few, and how long answers take among some."""
    stocked.fill(range(few))
    costs = await _costs(run, stocked, f"{engine}/{few}")
    stocked.fill(range(few, some))
    return [costs, await _times(run, stocked, f"{engine}/{some}")]


async def _after(run: Run, stocked: _Stocked, name: str, before: list[list[Reading]]) -> list[Reading]:
    """The same among many, beside it."""
    cheap, short = before
    dear, long = await _costs(run, stocked, name), await _times(run, stocked, name)
    growth = [cost.beside(base, bound=GROWTH_BOUND) for cost, base in zip(dear, cheap, strict=True)]
    times = [time.beside(base, bound=_bound(time)) for time, base in zip(long, short, strict=True)]
    return [*cheap, *growth, *short, *times]


@asynccontextmanager
async def _opened(url: str) -> AsyncIterator[_Stocked]:
    clock, company = MovedClock(NOW), Company()
    company.limit_open_requests(OPEN)
    with closing(SqlStore(url, clock=clock, directory=company)) as store:
        # The day before, so that nobody had a million votes on the day on which more are measured.
        clock.now = NOW - BEFORE
        finished = await submitted(store, created_at=clock.now)
        await store.move(a_press(finished))
        clock.now = NOW
        last = WAIT.total_seconds() / 60
        steps = (a_step(wait=last), a_step(group(), wait=last * 24 * 300))
        pending = await submitted(store, steps=steps)
        # It is there to be copied, and stays as it is.
        await execute(store, f"UPDATE approval SET due_at = NULL WHERE id = '{pending.id}'")
        await begin_numbers(store, url)
        yield _Stocked(url=url, store=store, clock=clock, pending=pending.id, finished=finished.id)


def _bound(time: Reading) -> float | None:
    """What is there at once may vary as it likes."""
    if time.name.startswith("timers/"):
        return CLAIM_BOUND
    return LIST_BOUND if time.value > AT_ONCE * 1000 else None


async def _costs(run: Run, stocked: _Stocked, name: str) -> list[Reading]:
    """What one more request costs from submission to decision."""
    await lives(stocked.store, run.pick(512, 64))
    cost = await lives(stocked.store, run.pick(6_400, 128))
    numbers = {"wall": cost.wall, "cpu": cost.cpu}
    return [
        Reading(name=f"growth/{name}/{what}", value=seconds * 1e6, unit=Unit.MICROSECONDS)
        for what, seconds in numbers.items()
    ]


async def _times(run: Run, stocked: _Stocked, name: str) -> list[Reading]:
    """How long timers, lists, statistics and upkeep take."""
    times, store, clock = run.pick(30, 5), stocked.store, stocked.clock
    upkeep = await kept(store, clock, run.pick(10, 2))
    taken = {f"upkeep/{name}/{what}": took for what, took in upkeep.items()}
    # The same work waits to be carried out, whatever was measured before: none.
    await execute(store, "UPDATE card SET due_at = NULL")
    await execute(store, "DELETE FROM outbox")
    for kind, answers in (
        ("lists", questions(store, clock, stocked.finished)),
        ("numbers", statistics(store)),
    ):
        taken |= {f"{kind}/{name}/{what}": await asked(answer, times) for what, answer in answers.items()}
    clock.now = max(clock.now, NOW + WAIT + timedelta(seconds=CLAIMED))
    taken[f"timers/{name}/claim"] = await claiming(store, times)
    taken[f"timers/{name}/fire"] = await firing(store, clock, run.pick(20, 2))
    return [Reading(name=what, value=s * 1000, unit=Unit.MILLISECONDS) for what, s in taken.items()]
