"""Pruning: what is past its time goes, a little at a time."""

from collections.abc import Callable
from datetime import timedelta

import pytest

from bot.domain.status import Mode
from bot.ports import Attempted, Job
from bot.sign_ins import LINK_LIFETIME
from storage.callbacks import CallbackStore
from storage.housekeeping import PRUNE_EVERY, Housekeeping
from storage.pruning import AT_ONCE, CALLBACKS_KEPT, prune
from storage.replays import REMEMBERED
from storage.store import SqlStore
from storage.web_sessions import WebSessions
from tests.builders import a_press
from tests.fakes.clock import MovedClock
from tests.storage.steps import audit, callbacks, count, done, execute, given_up, submitted


async def test_commands_are_remembered_for_thirty_days(store: SqlStore, clock: MovedClock) -> None:
    request = await submitted(store)
    press = a_press(request)
    await store.move(press)
    clock.advance(seconds=REMEMBERED.total_seconds())
    assert await store.write(prune) == 0

    clock.advance(seconds=1)
    assert await store.write(prune) == 1
    assert await count(store, "command") == 0
    assert await count(store, "approval") == 1


async def test_links_and_sessions_go_when_they_are_over(store: SqlStore, clock: MovedClock) -> None:
    sessions = WebSessions(store)
    await sessions.redeem_link(await sessions.create_link("ann"))
    await sessions.create_link("ben")
    clock.advance(seconds=LINK_LIFETIME.total_seconds() + 1)
    await store.write(prune)
    assert (await count(store, "web_link"), await count(store, "web_session")) == (0, 1)

    clock.advance(days=7)
    await store.write(prune)
    assert await count(store, "web_session") == 0


async def test_no_transaction_removes_more_than_its_share(store: SqlStore, clock: MovedClock) -> None:
    old = [{"id": f"c{n:05}"} for n in range(AT_ONCE + 20)]
    await execute(store, "INSERT INTO command (id, request_id, answer, at) VALUES (:id, 'r', '{}', 1)", *old)
    housekeeping = Housekeeping(store, lambda statement: ("kid", b""))

    assert await housekeeping.prune() == timedelta(0)
    assert await count(store, "command") == 20
    assert await housekeeping.prune() == PRUNE_EVERY
    assert await count(store, "command") == 0


@pytest.mark.parametrize("ended", [done, given_up])
async def test_settled_callbacks_can_be_sent_again_for_thirty_days(
    store: SqlStore, clock: MovedClock, ended: Callable[[Job], Attempted]
) -> None:
    await submitted(store, mode=Mode.REFUSE)
    [job] = await callbacks(store)
    clock.advance(hours=2)
    await store.settle([ended(job)])
    clock.advance(seconds=CALLBACKS_KEPT.total_seconds())
    await store.write(prune)
    assert await count(store, "outbox") == 1

    clock.advance(seconds=1)
    assert await store.write(prune) == 1
    assert await count(store, "outbox") == 0
    assert (await audit(store)).ok


async def test_a_callback_that_waits_is_never_removed(store: SqlStore, clock: MovedClock) -> None:
    await submitted(store, mode=Mode.REFUSE)
    await submitted(store, mode=Mode.REFUSE)
    [first, _] = await callbacks(store)
    await store.settle([given_up(first)])
    clock.advance(days=365)
    await CallbackStore(store).replay(first.id)
    await store.write(prune)

    assert await count(store, "outbox") == 2
    await store.settle([done(job) for job in await callbacks(store)])
    await store.write(prune)
    assert await count(store, "outbox") == 2


async def test_pruning_goes_on_while_there_are_callbacks(store: SqlStore) -> None:
    values = "(id, kind, request_id, turn, destination, state, created_at, settled_at, attempts, text)"
    old = [{"id": f"msg_0{n:025}"} for n in range(AT_ONCE + 20)]
    insert = f"INSERT INTO outbox {values} VALUES (:id, 'callback', 'r', 1, 'd', 'done', 1, 1, 1, 't')"
    await execute(store, insert, *old)

    assert await store.write(prune) == AT_ONCE
    assert await store.write(prune) == 20
    assert await count(store, "outbox") == 0
