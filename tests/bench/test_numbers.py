"""Numbers of copies add up as if they had been measured, and upkeep goes on among them; on both databases."""

from bench.scale.asking import asked
from bench.scale.living import TOGETHER
from bench.scale.numbers import PERIOD, add_up, begin_numbers, statistics
from bench.scale.stock import WEEKS, stock
from bench.scale.upkeep import kept
from bot.domain.measures.query import EVERYTHING, Dimension, Query
from storage.measures import SqlMeasures
from storage.store import SqlStore
from tests.builders import a_press
from tests.fakes.clock import MovedClock
from tests.storage.conftest import *  # noqa: F403  # stores on both databases
from tests.storage.steps import Company, count, rows, submitted

#: more than go into each week once
MANY = 3 * WEEKS + 7


async def _stocked(store: SqlStore, url: str) -> None:
    finished = await submitted(store)
    await store.move(a_press(finished))
    pending = await submitted(store)
    await begin_numbers(store, url)
    for digit, template in enumerate((finished, pending)):
        for _ in stock(url, template.id, range(MANY), digit=digit):
            pass
    add_up(url, (finished.id, pending.id))


async def test_the_sums_of_copies_are_those_of_their_measures(store: SqlStore, url: str) -> None:
    await _stocked(store, url)
    weeks = await rows(store, "SELECT week, count(*) AS n FROM measure GROUP BY week")
    agents = await rows(store, "SELECT DISTINCT slice FROM measure_vote")

    assert {row.n for row in weeks} <= set(range(6, 11))
    assert (len(weeks), len(agents)) == (WEEKS, 4)
    total = (await SqlMeasures(store).report(Query(period=PERIOD, eyes=EVERYTHING))).total
    assert (total.submitted, total.approved, total.pending) == (2 * MANY + 2, MANY + 1, MANY + 1)
    of_votes = Query(period=PERIOD, eyes=EVERYTHING, by=Dimension.REVIEWER)
    [ann] = (await SqlMeasures(store).report(of_votes)).rows
    assert (ann.value, ann.approved) == ("ann", MANY + 1)


async def test_everything_that_is_asked_of_them_has_an_answer(store: SqlStore, url: str) -> None:
    await _stocked(store, url)
    for question in statistics(store).values():
        assert await asked(question, times=1) > 0


async def test_upkeep_seals_measures_and_erases_what_was_decided(
    store: SqlStore, url: str, company: Company, clock: MovedClock
) -> None:
    company.limit_open_requests(10 * MANY)
    await _stocked(store, url)
    measured = await count(store, "measure")
    took = await kept(store, clock, times=1)

    assert set(took) == {"sealing", "measuring", "erasing", "pruning"}
    assert await count(store, "audit_event", "seal IS NULL AND kind <> 'request.erased'") == 0
    assert await count(store, "measure") == measured + TOGETHER
    assert await count(store, "approval", "erased_at IS NOT NULL") > 0
