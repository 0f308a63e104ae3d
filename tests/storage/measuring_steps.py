"""What tests of the measures do again and again: seal, catch up, count anew by the pure functions."""

from collections import defaultdict
from datetime import timedelta

from sqlalchemy import Connection

from bot.domain.measures.measure import Measure
from bot.domain.measures.period import Period
from bot.domain.measures.query import EVERYTHING, Query
from bot.domain.measures.report import Report, Row
from bot.domain.measures.tally import Slice, Tally, tallies
from storage.measure_keeping import ROLL_EVERY, MeasureKeeper
from storage.measure_sources import measures
from storage.measure_sums import to_tally
from storage.measures import SqlMeasures
from storage.sealing import seal
from storage.store import SqlStore
from tests.builders import NOW
from tests.storage.steps import execute, rows

#: far more than any test writes
STEPS = 10_000
PERIOD = Period.covering((NOW - timedelta(weeks=8)).date(), (NOW + timedelta(weeks=8)).date())
EVERYONE = Query(period=PERIOD, eyes=EVERYTHING)


async def sealed(store: SqlStore) -> None:
    """Put everything under seals."""
    while await store.write(lambda connection, batch: seal(connection, batch, lambda text: ("k", text))):
        pass


async def caught_up(keeper: MeasureKeeper) -> int:
    """Step until all that is sealed is measured; how many steps that took."""
    for step in range(STEPS):
        if await keeper.step() == ROLL_EVERY:
            return step
    raise AssertionError("the measures never catch up")


async def measured(store: SqlStore) -> None:
    """Seal everything and measure it."""
    await sealed(store)
    await caught_up(MeasureKeeper(store))
    # As if that process had been gone for long.
    await execute(store, "UPDATE lease SET until = 0 WHERE name = 'measurer'")


async def reported(store: SqlStore, query: Query = EVERYONE) -> Report:
    """Measure everything and report."""
    await measured(store)
    return await SqlMeasures(store).report(query)


async def total(store: SqlStore) -> Row:
    """Measure everything; the numbers of all of it."""
    return (await reported(store)).total


async def stored_measures(store: SqlStore) -> list[Measure]:
    """Every measure that is stored."""
    ids = [row.request_id for row in await rows(store, "SELECT request_id FROM measure ORDER BY 1")]

    def run(connection: Connection) -> list[Measure]:
        return list(measures(connection, ids).values())

    return await store.query(run)


async def stored_sums(store: SqlStore) -> dict[tuple[str, Slice], Tally]:
    """Every sum that is stored and not empty."""
    found = await rows(
        store,
        "SELECT w.week, w.counts, w.times, s.reviewer, s.action, s.agent, s.rule, s.agent_version,"
        " s.policy_version, s.mode, s.channel FROM measure_week w JOIN measure_slice s ON s.id = w.slice",
    )
    sums = {
        (row.week, Slice(**dict(list(row._mapping.items())[3:]))): to_tally(row.counts, row.times)
        for row in found
    }
    return {key: tally for key, tally in sums.items() if tally != Tally()}


def summed(found: list[Measure]) -> dict[tuple[str, Slice], Tally]:
    """What the sums of measures are, added up one by one."""
    sums: defaultdict[tuple[str, Slice], Tally] = defaultdict(Tally)
    for measure in found:
        for week, under, tally in tallies(measure):
            sums[week.isoformat(), under] += tally
    return dict(sums)
