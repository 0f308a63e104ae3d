"""Pruning: what is past its time goes, a little at a time."""

from datetime import timedelta

from bot.sign_ins import LINK_LIFETIME
from storage.housekeeping import PRUNE_EVERY, Housekeeping
from storage.pruning import AT_ONCE, prune
from storage.replays import REMEMBERED
from storage.store import SqlStore
from storage.web_sessions import WebSessions
from tests.builders import a_press
from tests.fakes.clock import MovedClock
from tests.storage.steps import count, execute, submitted


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
