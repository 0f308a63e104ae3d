"""Leases that a killed process left: given back at once, and nothing else made due."""

from datetime import timedelta

from bot.domain.choice import Choice
from bot.domain.status import Mode
from bot.ports import CallbackJob, CardJob, Job, LineJob
from storage.leases import release, release_if_alone
from storage.store import SqlStore
from tests.builders import NOW, a_press, a_step, after
from tests.fakes.clock import MovedClock
from tests.storage.conftest import Opener
from tests.storage.steps import callbacks, claimed, count, current, later, rows, submitted


async def a_bit_of_everything(store: SqlStore) -> list[Job]:
    """A leased card, a leased line and a leased callback."""
    request = await submitted(store)
    await submitted(store, mode=Mode.REFUSE)
    await store.move(a_press(request, "dan", reply_to="slack:C1:U1:https://answers.example.com/dan"))
    jobs = list(await claimed(store))
    assert {type(job) for job in jobs} == {CardJob, LineJob, CallbackJob}
    return jobs


async def test_what_a_dead_process_leased_is_due_at_once(store: SqlStore, clock: MovedClock) -> None:
    lost = await a_bit_of_everything(store)
    clock.advance(seconds=1)
    assert await claimed(store) == []

    assert await store.write(release) == len(lost)
    again = await claimed(store)
    assert {_name(job): job.attempts for job in again} == {_name(job): 2 for job in lost}
    assert all(job.uncertain for job in again if isinstance(job, CardJob))
    assert await store.write(release) == len(lost)


async def test_what_waits_for_its_next_attempt_keeps_its_time(store: SqlStore, clock: MovedClock) -> None:
    jobs = await a_bit_of_everything(store)
    await store.settle([later(job, after(1)) for job in jobs])
    clock.advance(seconds=1)

    assert await store.write(release) == 0
    assert await claimed(store) == []
    assert (await store.jobs_ahead(())).next_at == NOW + timedelta(minutes=1)


async def test_a_callback_behind_a_leased_one_waits_all_the_same(store: SqlStore) -> None:
    request = await submitted(store, steps=(a_step(), a_step()))
    await store.move(a_press(request, choice=Choice.ESCALATE))
    await store.move(a_press(await current(store, request)))
    [first] = await callbacks(store)

    await store.write(release)
    assert [job.id for job in await callbacks(store)] == [first.id]
    assert await count(store, "outbox", "state = 'held' AND due_at IS NULL") == 1


async def test_a_lease_that_ran_out_keeps_its_place_in_the_queue(store: SqlStore, clock: MovedClock) -> None:
    await a_bit_of_everything(store)
    clock.advance(minutes=2)

    assert await store.write(release) == 0
    due = await rows(
        store, "SELECT due_at FROM outbox UNION SELECT due_at FROM card WHERE due_at IS NOT NULL"
    )
    assert len(due) == 1


async def test_on_postgresql_only_who_is_alone_gives_leases_back(
    open_at: Opener, postgres_database: str
) -> None:
    here, other = open_at(postgres_database), open_at(postgres_database)
    lost = await a_bit_of_everything(here)
    await rows(here, "SELECT 1")
    await rows(other, "SELECT 1")

    async def released() -> int:
        return await here.write(lambda connection, batch: release_if_alone(connection, batch, here.name))

    assert await released() == 0
    other.close()
    while (found := await released()) == 0:
        """The server notices a moment later that a connection ended."""
    assert found == len(lost)


def _name(job: Job) -> str:
    return job.copy_id if isinstance(job, CardJob) else job.id
