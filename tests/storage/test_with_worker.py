"""The worker over a real database: the main job carried out, and what is left when a part dies."""

import asyncio
from datetime import timedelta
from typing import Any

import pytest

from bot.domain.choice import Choice
from bot.domain.ids import new_id
from bot.domain.moves import Cancel
from bot.domain.request import ApprovalRequest
from bot.domain.status import Mode, Status
from bot.ports import CardJob, GiveUp, RetryLater
from storage.store import SqlStore
from tests.builders import AGENT, a_press, a_step, channel
from tests.fakes.clock import MovedClock
from tests.fakes.workshop import Workshop
from tests.storage.conftest import Opener
from tests.storage.steps import at_once, claimed, count, current, submitted

LEADS = channel("slack:C0LEADS", "#leads")


@pytest.fixture
def shop(store: SqlStore, clock: MovedClock) -> Workshop:
    return Workshop(store, clock, paces={})


async def _approved_by_rule(store: SqlStore, host: str = "agents.example.com") -> ApprovalRequest:
    """A request that needs no card, only its callback."""
    return await submitted(store, mode=Mode.AUTO, irreversible=False, callback_url=f"https://{host}/placet")


def _withdrawn(request: ApprovalRequest) -> Cancel:
    return Cancel(request_id=request.id, command_id=new_id("cmd"), agent=AGENT, reason="No longer needed.")


async def test_a_card_is_posted_pressed_and_redrawn_and_the_agent_told(
    shop: Workshop, store: SqlStore
) -> None:
    request = await submitted(store)
    await shop.worker.drain()
    (posted,) = shop.slack.posted
    assert posted.destination == "slack:C0REFUNDS"
    await store.move(a_press(await current(store, request)))
    await shop.worker.drain()
    decided = await current(store, request)
    assert decided.status is Status.APPROVED
    assert posted.card.version >= 2
    assert not posted.card.buttons or posted.card.tone.value == "approved"
    assert [attempt.url for attempt in shop.receivers.attempts] == ["https://agents.example.com/placet"]
    assert decided.progress.callback == "delivered"
    assert (await store.backlog(overdue_since=shop.clock())).waiting_jobs == 0


async def test_silence_moves_on_step_by_step_and_expires(
    shop: Workshop, store: SqlStore, clock: MovedClock
) -> None:
    request = await submitted(store, steps=(a_step(), a_step(LEADS, wait=30)))
    await shop.worker.drain()
    clock.advance(minutes=15)
    await shop.worker.drain()
    assert [posted.destination for posted in shop.slack.posted] == ["slack:C0REFUNDS", "slack:C0LEADS"]
    clock.advance(minutes=30)
    await shop.worker.drain()
    assert (await current(store, request)).status is Status.EXPIRED
    assert all(posted.card.tone.value == "expired" for posted in shop.slack.posted)


async def test_an_unreachable_channel_moves_the_escalation_on_at_once(
    shop: Workshop, store: SqlStore
) -> None:
    shop.slack.always["slack:C0REFUNDS"] = GiveUp(why="The channel is archived.")
    await submitted(store, steps=(a_step(), a_step(LEADS)))
    await shop.worker.drain()
    assert [posted.destination for posted in shop.slack.posted] == ["slack:C0LEADS"]


async def test_a_callback_keeps_its_id_and_body_until_it_is_taken(
    shop: Workshop, store: SqlStore, clock: MovedClock
) -> None:
    request = await _approved_by_rule(store)
    shop.receivers.answers += [RetryLater(why="503")] * 5
    for number in range(12):
        shop.words = f"body {number}".encode()
        await shop.worker.drain()
        clock.advance(hours=1)
    assert len(shop.receivers.attempts) == 6
    assert len({(attempt.message_id, attempt.body) for attempt in shop.receivers.attempts}) == 1
    assert (await current(store, request)).progress.callback == "delivered"


async def test_callbacks_of_one_request_keep_their_order_however_often_the_first_fails(
    shop: Workshop, store: SqlStore, clock: MovedClock
) -> None:
    request = await submitted(store)
    shop.receivers.answers += [RetryLater(why="503")] * 3
    await store.move(a_press(await current(store, request), choice=Choice.ESCALATE))
    await store.move(_withdrawn(request))
    kinds = await store.query(_callback_kinds)
    for _ in range(12):
        await shop.worker.drain()
        clock.advance(hours=1)
    sent = [kinds[attempt.message_id] for attempt in shop.receivers.attempts]
    assert sent == ["approval.escalated"] * 4 + ["approval.cancelled"]


def _callback_kinds(connection: Any) -> dict[str, str]:
    rows = connection.exec_driver_sql("SELECT id, text FROM outbox WHERE kind = 'callback'")
    return {row[0]: row[1] for row in rows}


async def test_a_copy_posted_by_a_worker_that_died_is_found_and_not_posted_twice(
    shop: Workshop, store: SqlStore, clock: MovedClock
) -> None:
    await submitted(store)
    (job,) = (job for job in await claimed(store) if isinstance(job, CardJob))
    await shop.outbox.perform(job)  # and here it is killed, before writing that down
    assert await shop.worker.drain() == 0
    clock.advance(minutes=1)
    await shop.worker.drain()
    assert [verb for verb, _ in shop.slack.calls] == ["post", "find", "redraw"]
    assert await count(store, "card", "state = 'posted' AND message = 'm1'") == 1


async def test_an_answer_that_was_lost_does_not_double_the_card(
    shop: Workshop, store: SqlStore, clock: MovedClock
) -> None:
    await submitted(store)
    shop.slack.lose_next_post()
    await shop.worker.drain()
    clock.advance(seconds=5)
    await shop.worker.drain()
    assert len(shop.slack.posted) == 1
    assert await count(store, "card", "state = 'posted'") == 1


async def test_a_change_while_a_card_is_being_drawn_is_drawn_after_it(
    shop: Workshop, store: SqlStore
) -> None:
    request = await submitted(store)
    shop.slack.open.clear()
    draining = asyncio.create_task(shop.worker.drain())
    while not shop.slack.calls:
        await asyncio.sleep(0)
    await store.move(_withdrawn(request))
    shop.slack.open.set()
    await draining
    assert [card.tone.value for card in shop.slack.posted[0].shown] == ["waiting", "cancelled"]


async def test_a_dead_receiver_with_many_callbacks_does_not_delay_the_others(
    shop: Workshop, store: SqlStore
) -> None:
    await at_once([_approved_by_rule(store, "dead.example") for _ in range(400)])
    await at_once([_approved_by_rule(store, f"h{number % 5}.example") for number in range(40)])
    shop.receivers.always["dead.example"] = RetryLater(why="It does not answer.")
    await shop.worker.drain()
    assert len(shop.receivers.attempts) - len(shop.receivers.to("dead.example")) == 40
    assert len(shop.receivers.to("dead.example")) <= 8
    assert await count(store, "outbox", "state = 'waiting'") == 400


async def test_two_workers_on_one_database_never_carry_the_same_job(
    open_store: Opener, clock: MovedClock
) -> None:
    first, second = open_store(), open_store()
    shops = Workshop(first, clock, paces={}), Workshop(second, clock, paces={})
    await at_once([_approved_by_rule(first, f"h{number % 9}.example") for number in range(90)])
    await asyncio.gather(*(shop.worker.drain() for shop in shops))
    sent = [attempt.message_id for shop in shops for attempt in shop.receivers.attempts]
    assert len(sent) == len(set(sent)) == 90


async def test_more_channels_than_there_is_room_for_leave_room_for_callbacks(store: SqlStore) -> None:
    for number in range(70):
        await submitted(store, steps=(a_step(channel(f"slack:C{number}")),))
    await _approved_by_rule(store)
    jobs = await claimed(store, limit=64)
    assert len(jobs) == 64
    assert any(not isinstance(job, CardJob) for job in jobs)


async def test_a_commit_alone_wakes_a_running_worker(shop: Workshop, store: SqlStore) -> None:
    """The clock stands still, so nothing else can."""
    run = asyncio.create_task(shop.worker.run())
    await _approved_by_rule(store)
    await shop.receivers.arrived(1)
    await shop.worker.stop()
    await run
    assert await count(store, "outbox", "state = 'done'") == 1


async def test_a_stop_in_the_middle_gives_the_job_back_at_once(
    shop: Workshop, store: SqlStore, clock: MovedClock
) -> None:
    run = asyncio.create_task(shop.worker.run())
    shop.receivers.hanging.add("agents.example.com")
    await _approved_by_rule(store)
    await shop.receivers.arrived(1)
    await shop.worker.stop(timedelta(0))
    await run
    heir = Workshop(store, clock)
    await heir.worker.drain()
    assert [a.message_id for a in heir.receivers.attempts] == [a.message_id for a in shop.receivers.attempts]
