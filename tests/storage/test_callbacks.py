"""Callbacks for the operator: listed, and sent again with the same id and body."""

import pytest

from bot.domain.choice import Choice
from bot.domain.errors import Conflict, NotFound
from bot.domain.status import Mode
from storage.callbacks import CallbackStore
from storage.store import SqlStore
from tests.builders import NOW, a_press, a_step, after
from tests.fakes.clock import MovedClock
from tests.storage.steps import audit, callbacks, count, current, done, given_up, later, saying, submitted


@pytest.fixture
def desk(store: SqlStore) -> CallbackStore:
    """The operator's view."""
    return CallbackStore(store)


async def test_callbacks_are_listed_newest_first_and_by_state(
    store: SqlStore, desk: CallbackStore, clock: MovedClock
) -> None:
    await submitted(store, mode=Mode.REFUSE)
    [job] = await callbacks(store)
    await store.settle([given_up(job, "It answered 410.")])
    clock.advance(seconds=1)
    second = await submitted(store, mode=Mode.REFUSE)

    everything = await desk.listed()
    assert [info.state for info in everything] == ["waiting", "dead"]
    assert everything[0].request_id == second.id
    [dead] = await desk.listed("dead")
    assert (dead.id, dead.type, dead.attempts, dead.why) == (job.id, job.type, 1, "It answered 410.")
    assert (dead.url, dead.created_at, dead.settled_at, dead.due_at) == (job.url, NOW, NOW, None)
    assert len(await desk.listed(limit=1)) == 1


@pytest.mark.parametrize("ended", [done, given_up])
async def test_a_settled_callback_is_sent_again_with_its_id_and_body(
    store: SqlStore, desk: CallbackStore, clock: MovedClock, ended: object
) -> None:
    await submitted(store, mode=Mode.REFUSE)
    [job] = await callbacks(store, saying(b'{"n": 1}'))
    await store.settle([ended(job)])  # type: ignore[operator]  # a fixture's function
    clock.advance(hours=1)
    await desk.replay(job.id)

    [again] = await callbacks(store, saying(b'{"n": 2}'))
    assert (again.id, again.body, again.attempts, again.url) == (job.id, b'{"n": 1}', 1, job.url)
    await store.settle([done(again)])
    assert await count(store, "audit_event", "kind = 'callback.replayed'") == 1
    assert (await audit(store)).ok


async def test_a_dead_callback_without_a_body_tells_of_the_present_when_it_is_sent_again(
    store: SqlStore, desk: CallbackStore
) -> None:
    request = await submitted(store, mode=Mode.REFUSE)
    [job] = await callbacks(store)
    await store.settle([given_up(job, "There is no secret.")])
    await desk.replay(job.id)

    [again] = await callbacks(store)
    assert again.body is None
    assert again.stored.request == await current(store, request)


async def test_a_callback_that_waits_is_tried_at_once(
    store: SqlStore, desk: CallbackStore, clock: MovedClock
) -> None:
    await submitted(store, mode=Mode.REFUSE)
    [job] = await callbacks(store)
    await store.settle([later(job, after(60))])
    await desk.replay(job.id)

    [again] = await callbacks(store)
    assert again.attempts == 2
    assert await count(store, "audit_event", "kind = 'callback.replayed'") == 0


async def test_a_callback_behind_another_one_is_not_sent_before_it(
    store: SqlStore, desk: CallbackStore
) -> None:
    request = await submitted(store, steps=(a_step(), a_step()))
    await store.move(a_press(request, choice=Choice.ESCALATE))
    await store.move(a_press(await current(store, request)))
    [held] = await desk.listed("held")

    with pytest.raises(Conflict, match="earlier callback"):
        await desk.replay(held.id)
    with pytest.raises(NotFound, match="msg_unknown"):
        await desk.replay("msg_unknown")
