"""Findings from the store: who is told of whom, and how much waits for whom."""

from bot.domain.measures.findings import Findings
from bot.domain.measures.query import Dimension, Eyes, Query
from storage.housekeeping import Housekeeping
from storage.measures import SqlMeasures
from storage.store import SqlStore
from tests.builders import AGENT, a_packet, a_press, a_request
from tests.fakes.clock import MovedClock
from tests.storage.measuring_steps import EVERYONE, PERIOD, measured, sealed
from tests.storage.steps import a_submission, count, submitted


async def found(store: SqlStore, eyes: Eyes = EVERYONE.eyes, **where: str) -> Findings:
    """Measure everything and look into it."""
    await measured(store)
    narrowed = {Dimension(name): value for name, value in where.items()}
    return await SqlMeasures(store).findings(Query(period=PERIOD, eyes=eyes, where=narrowed))


async def a_hasty_morning(store: SqlStore, clock: MovedClock, who: str = "ann", **changes: object) -> None:
    """So many approvals in so few seconds that nobody can have looked."""
    for _ in range(40):
        request = await submitted(store, **changes)
        clock.advance(seconds=1)
        await store.move(a_press(request, who))


async def test_who_approves_in_seconds_is_told_of_to_who_leads_the_action(
    store: SqlStore, clock: MovedClock
) -> None:
    await a_hasty_morning(store, clock)

    assert [each.reviewer for each in (await found(store)).rubber_stamps] == ["ann"]
    assert (await found(store, Eyes(actions=("refund.*",)))).rubber_stamps != ()
    assert (await found(store, Eyes(actions=("credit.*",)))).rubber_stamps == ()
    assert (await found(store, Eyes(person="ann"))).rubber_stamps == ()


async def test_everybody_sees_their_own_load_and_leads_that_of_others(
    store: SqlStore, clock: MovedClock
) -> None:
    await a_hasty_morning(store, clock, "ann")
    await store.move(a_press(await submitted(store), "ben"))
    await submitted(store)

    loads = {each.reviewer: (each.decided, each.waiting) for each in (await found(store)).loads}
    own = (await found(store, Eyes(person="ben"))).loads

    assert loads == {"ann": (40, 1), "ben": (1, 1)}
    assert [(each.reviewer, each.decided, each.waiting) for each in own] == [("ben", 1, 1)]


async def test_an_agent_is_told_of_its_confidence_and_of_no_reviewer(
    store: SqlStore, clock: MovedClock
) -> None:
    await a_hasty_morning(store, clock)

    told = await found(store, Eyes(agent=AGENT))

    assert (told.rubber_stamps, told.loads, told.overloads, told.ceremonial_gates) == ((), (), (), ())
    assert [(each.agent, each.n, each.too_few) for each in told.calibrations] == [(AGENT, 40, True)]
    assert (await found(store, Eyes(agent="other-bot"))).calibrations == ()


async def test_what_waits_is_counted_for_the_agent_and_action_that_are_asked_about(store: SqlStore) -> None:
    await submitted(store)
    await submitted(store, action="credit.issue")

    narrow = (await found(store, action="refund.*")).loads
    one = (await found(store, reviewer="ben")).loads

    assert {(each.reviewer, each.waiting) for each in narrow} == {("ann", 1), ("ben", 1)}
    assert {(each.reviewer, each.waiting) for each in one} == {("ben", 2)}


async def test_a_new_version_with_few_decisions_is_said_to_have_too_few(
    store: SqlStore, clock: MovedClock
) -> None:
    for version in ("1", "2"):
        submission = a_submission(a_request(created_at=clock()), packet=a_packet(agent_version=version))
        stored = (await store.submit(submission)).request
        assert stored is not None
        await store.move(a_press(stored))
        clock.advance(days=7)

    [drift] = (await found(store)).drifts

    assert (drift.before, drift.version, drift.too_few) == ("1", "2", True)


async def test_a_running_process_measures_what_is_sealed(store: SqlStore) -> None:
    await submitted(store)
    await sealed(store)
    housekeeping = Housekeeping(store, lambda text: ("k", text))
    await housekeeping.measure()
    assert await count(store, "measure") == 1
