"""The measures follow the record: everything once, whatever dies, in however many steps."""

import asyncio
from datetime import timedelta
from functools import partial
from itertools import count as count_from

import pytest
from sqlalchemy import Connection

from bot.domain.choice import Choice
from bot.domain.measures.measure import Ending
from bot.domain.moves import Cancel, OpenView, ReportOutcome
from bot.domain.ratings import Grade, Rated
from bot.domain.request import ApprovalRequest, Reason
from bot.domain.status import Mode, OutcomeStatus, ReasonCode
from storage.measure_cursor import read_cursor
from storage.measure_keeping import LEASE, MeasureKeeper
from storage.measure_rolling import Roll, plan, write
from storage.measure_slices import SliceBook
from storage.store import SqlStore
from storage.terms_book import TermsBook
from tests.builders import AGENT, a_press, presser
from tests.fakes.clock import MovedClock
from tests.storage.conftest import Opener
from tests.storage.measuring_steps import (
    caught_up,
    measured,
    sealed,
    stored_measures,
    stored_sums,
    summed,
    total,
)
from tests.storage.steps import Company, a_command, count, execute, rows, submitted

REASON = Reason(code=ReasonCode.TONE)


async def decided(store: SqlStore, who: str = "ann", **changes: object) -> ApprovalRequest:
    """A request that one person approved."""
    request = await submitted(store, **changes)
    await store.move(a_press(request, who))
    return request


async def acted(store: SqlStore, request: ApprovalRequest, status: OutcomeStatus) -> None:
    """The agent says what came of it."""
    await store.move(
        ReportOutcome(request_id=request.id, command_id=a_command(), agent=AGENT, status=status, detail="…")
    )


async def a_busy_day(store: SqlStore, clock: MovedClock) -> None:
    """Every way in which a request can end, and some that wait."""
    for _ in range(3):
        await decided(store)
        clock.advance(minutes=3)
    rejected = await submitted(store)
    reason = Reason(code=ReasonCode.TONE)
    await store.move(a_press(rejected, "ben", choice=Choice.REJECT, reason=reason))
    await acted(store, await decided(store), OutcomeStatus.FAILED)
    await submitted(store, mode=Mode.AUTO, irreversible=False)
    await submitted(store)
    gone = await submitted(store)
    await store.move(Cancel(request_id=gone.id, command_id=a_command(), agent=AGENT, reason="…"))


async def test_each_way_to_end_is_counted_once(store: SqlStore, clock: MovedClock) -> None:
    await a_busy_day(store, clock)

    numbers = await total(store)

    assert numbers.submitted == 8
    assert (numbers.approved, numbers.rejected, numbers.automatic) == (4, 1, 1)
    assert (numbers.pending, numbers.cancelled, numbers.expired) == (1, 1, 0)
    assert (numbers.outcomes, numbers.errors) == (1, 1)
    assert numbers.reasons == {ReasonCode.TONE: 1}
    assert numbers.turnaround.n == 5


async def test_sums_are_those_of_the_measures_however_small_the_steps(
    open_store: Opener, clock: MovedClock
) -> None:
    store = open_store()
    keeper = MeasureKeeper(store, requests=1)
    for _ in range(2):
        await a_busy_day(store, clock)
        await sealed(store)
        assert await caught_up(keeper) >= 8

    found = await stored_measures(store)

    assert len(found) == 16
    assert await stored_sums(store) == summed(found)


async def test_a_request_that_moves_on_is_taken_out_of_where_it_was_counted(store: SqlStore) -> None:
    request = await submitted(store)
    assert (await total(store)).pending == 1
    await store.move(a_press(request))
    assert (await total(store)).pending == 0
    await acted(store, request, OutcomeStatus.FAILED)

    numbers = await total(store)

    assert (numbers.submitted, numbers.approved, numbers.errors) == (1, 1, 1)
    assert await stored_sums(store) == summed(await stored_measures(store))


async def test_nothing_is_done_where_nothing_was_sealed(store: SqlStore) -> None:
    await measured(store)
    assert await caught_up(MeasureKeeper(store)) == 0
    assert await count(store, "measure") == 0


async def test_a_step_that_another_process_took_first_writes_nothing(store: SqlStore) -> None:
    await decided(store)
    await sealed(store)
    planned = await store.query(lambda c: plan(c, TermsBook(), SliceBook()))
    assert planned is not None
    await caught_up(MeasureKeeper(store))
    sums = await stored_sums(store)

    assert not await store.write(lambda c, _: write(c, planned))

    assert await stored_sums(store) == sums


async def test_a_step_whose_transaction_is_lost_is_taken_again(store: SqlStore) -> None:
    await decided(store)
    await sealed(store)
    planned = await store.query(lambda c: plan(c, TermsBook(), SliceBook()))
    assert planned is not None

    def dies(connection: object, _: object) -> None:
        write(connection, planned)  # type: ignore[arg-type]  # the writer hands it a connection
        raise OSError("the disk is full")

    with pytest.raises(OSError, match="full"):
        await store.write(dies)
    assert await count(store, "measure") == 0
    assert (await total(store)).approved == 1


async def test_one_process_measures_at_a_time_and_another_goes_on_when_it_is_gone(
    open_store: Opener, clock: MovedClock
) -> None:
    store = open_store()
    first, second = MeasureKeeper(store, requests=1), MeasureKeeper(store, requests=1)
    for _ in range(4):
        await decided(store)
    await sealed(store)
    await first.step()
    assert await count(store, "measure") == 1
    await second.step()
    assert await count(store, "measure") == 1

    clock.advance(seconds=LEASE.total_seconds() + 1)
    await caught_up(second)

    assert await count(store, "measure") == 4
    assert await stored_sums(store) == summed(await stored_measures(store))


def _written(planned: Roll, connection: Connection, _: object) -> bool:
    return write(connection, planned)


async def test_two_processes_at_once_count_everything_once(open_store: Opener, clock: MovedClock) -> None:
    store = open_store()
    for _ in range(3):
        await a_busy_day(store, clock)
    await sealed(store)

    async def rolls() -> None:
        book, terms = SliceBook(), TermsBook()
        for _ in range(100):
            planned = await store.query(lambda c: plan(c, terms, book, 2))
            if planned is None:
                return
            await store.write(partial(_written, planned))

    await asyncio.gather(*(rolls() for _ in range(3)))

    assert len(await stored_measures(store)) == 24
    assert await stored_sums(store) == summed(await stored_measures(store))


async def test_under_one_seal_of_many_requests_each_step_goes_on_where_the_last_one_ended(
    store: SqlStore,
) -> None:
    for _ in range(7):
        await submitted(store)
    await sealed(store)
    assert await count(store, "audit_seal") == 1

    assert await caught_up(MeasureKeeper(store, requests=3)) >= 3

    assert await count(store, "measure") == 7


async def test_numbers_that_meant_something_else_are_worked_out_anew(
    store: SqlStore, clock: MovedClock
) -> None:
    await a_busy_day(store, clock)
    await measured(store)
    sums = await stored_sums(store)
    await execute(store, "UPDATE measure_cursor SET format = 0")
    await execute(store, "UPDATE measure_week SET counts = times")

    await caught_up(MeasureKeeper(store))

    assert await stored_sums(store) == sums


async def test_sums_that_lack_what_was_measured_are_worked_out_anew(
    store: SqlStore, caplog: pytest.LogCaptureFixture
) -> None:
    request = await submitted(store)
    await measured(store)
    await execute(store, "DELETE FROM measure_week")
    await store.move(a_press(request))

    assert (await total(store)).approved == 1
    assert await stored_sums(store) == summed(await stored_measures(store))
    assert "worked out anew" in caplog.text


async def test_numbers_of_a_later_version_are_left_alone(store: SqlStore) -> None:
    await decided(store)
    await measured(store)
    await execute(store, "UPDATE measure_cursor SET format = 99")
    await decided(store)

    await measured(store)

    assert await count(store, "measure") == 1
    assert (await store.query(read_cursor)).format == 99


async def test_a_request_that_cannot_be_read_is_passed_over(
    store: SqlStore, caplog: pytest.LogCaptureFixture
) -> None:
    broken, sound = await decided(store), await decided(store)
    await execute(store, "UPDATE approval SET progress = '[' WHERE id = :id", {"id": broken.id})

    await measured(store)

    assert [measure.request_id for measure in await stored_measures(store)] == [sound.id]
    assert "cannot be read" in caplog.text


async def test_the_numbers_of_a_request_outlive_it(store: SqlStore) -> None:
    request = await decided(store)
    await measured(store)
    await acted(store, request, OutcomeStatus.SUCCEEDED)
    await execute(store, "DELETE FROM review_packet")
    await execute(store, "DELETE FROM approval")

    assert (await total(store)).approved == 1


async def test_the_first_look_is_when_a_person_first_opened_it(store: SqlStore, clock: MovedClock) -> None:
    request = await submitted(store)
    clock.advance(minutes=10)
    await store.move(
        OpenView(request_id=request.id, command_id=a_command(), presser=presser("ben"), revision=1)
    )
    clock.advance(minutes=10)
    await store.move(a_press(request))

    numbers = await total(store)

    assert numbers.first_look.median == pytest.approx(600, rel=0.05)
    assert numbers.turnaround.median == pytest.approx(1200, rel=0.05)


async def test_a_vote_took_no_longer_than_since_the_vote_before_it(
    store: SqlStore, clock: MovedClock
) -> None:
    requests = [await submitted(store) for _ in range(3)]
    clock.advance(hours=1)
    for request in requests:
        clock.advance(seconds=2)
        await store.move(a_press(request))

    numbers = await total(store)

    assert (numbers.timed, numbers.hasty) == (2, 2)
    assert numbers.deliberation.median == pytest.approx(2, rel=0.05)


async def test_a_rating_counts_as_the_last_one_said(store: SqlStore, clock: MovedClock) -> None:
    request = await decided(store)
    for grade in (Grade.RIGHT, Grade.WRONG):
        clock.advance(minutes=1)
        rated = Rated(grade=grade)
        await store.move(a_press(request, choice=Choice.RATE, rated=rated, reason=REASON))

    numbers = await total(store)

    assert (numbers.rated, numbers.rated_wrong) == (1, 1)


async def test_days_know_unbroken_rows_of_approvals(store: SqlStore, clock: MovedClock) -> None:
    reason = Reason(code=ReasonCode.TONE)
    for choice in (Choice.APPROVE, Choice.REJECT, Choice.APPROVE, Choice.APPROVE):
        request = await submitted(store)
        clock.advance(minutes=1)
        await store.move(a_press(request, choice=choice, reason=reason))
        await measured(store)

    [day] = await rows(store, "SELECT person, day, votes, opening, closing, longest FROM measure_day")

    assert tuple(day) == ("ann", "2026-03-02", 4, 1, 2, 2)


async def test_who_makes_up_versions_is_not_told_apart_for_ever(
    store: SqlStore, company: Company, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("storage.measure_slices.MOST_WITH_VERSIONS", 2)
    monkeypatch.setattr("storage.measure_slices.MOST_WITH_ACTIONS", 4)
    for number in range(8):
        await submitted(store, action=f"made.up{number}")
        await measured(store)

    assert await count(store, "measure_slice") == 5
    assert (await total(store)).pending == 8
    assert {measure.ending for measure in await stored_measures(store)} == {Ending.PENDING}


async def test_catching_up_rests_longest_while_somebody_waits_for_the_writer(
    store: SqlStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    for _ in range(5):
        await decided(store)
    await sealed(store)
    seconds = count_from(0)
    keeper = MeasureKeeper(store, requests=1, timer=lambda: float(next(seconds)))
    assert await keeper.step() == timedelta(seconds=3)
    monkeypatch.setattr(SqlStore, "depth", 7)
    assert await keeper.step() == timedelta(seconds=20)
