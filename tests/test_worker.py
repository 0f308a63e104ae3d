"""The worker: woken by commits, kept apart by leases, hurt by nothing for long."""

import asyncio
import logging
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import timedelta

import pytest

from bot.domain.destinations import slots
from bot.pace import Budget, Pace
from bot.ports import Done, GiveUp, RetryLater
from bot.worker import NoEnd
from tests.fakes.clock import MovedClock, settled
from tests.fakes.job_store import JobStore
from tests.fakes.workshop import Workshop

AGENT = "https://agent.example/in"


@pytest.fixture
def clock() -> MovedClock:
    return MovedClock()


@pytest.fixture
def store(clock: MovedClock) -> JobStore:
    return JobStore(clock)


@pytest.fixture
def shop(store: JobStore, clock: MovedClock) -> Workshop:
    return Workshop(store, clock)


@asynccontextmanager
async def _running(shop: Workshop) -> AsyncIterator[None]:
    """The worker at work, until the block ends."""
    run = asyncio.create_task(shop.worker.run())
    await settled()
    try:
        yield
    finally:
        await shop.worker.stop(timedelta(0))
        await run


# Waking


async def test_a_commit_wakes_it_at_once(shop: Workshop, store: JobStore, clock: MovedClock) -> None:
    """No time passes between the commit and the callback."""
    async with _running(shop):
        store.callback(store.request())
        store.commit()
        await settled()
        assert len(shop.receivers.attempts) == 1
        assert [attempted.sent for attempted in store.settled] == [Done()]


async def test_what_another_process_stored_is_found_within_half_a_second(
    shop: Workshop, store: JobStore, clock: MovedClock
) -> None:
    store.timers = [clock.now + timedelta(hours=1)]
    async with _running(shop):
        store.callback(store.request())
        await clock.run(seconds=0.5)
        assert len(shop.receivers.attempts) == 1


async def test_a_retry_is_made_when_it_is_due_not_at_the_next_look(
    shop: Workshop, store: JobStore, clock: MovedClock
) -> None:
    began_at = clock.now
    retry = store.callback(store.request())
    store.rows[retry].due_at = clock.now + timedelta(milliseconds=310)
    async with _running(shop):
        while not shop.receivers.attempts:
            await clock.run(seconds=0.01)
        assert clock.now - began_at == timedelta(milliseconds=310)


async def test_a_channel_is_used_when_its_pace_allows_not_at_the_next_look(
    store: JobStore, clock: MovedClock
) -> None:
    third_of_a_second = timedelta(milliseconds=330)
    pace = Pace(messages=(Budget(each=third_of_a_second, ahead=timedelta(0)),))
    shop = Workshop(store, clock, paces={"slack": pace})
    began_at = clock.now
    async with _running(shop):
        store.card(store.request())
        store.card(store.request())
        store.commit()
        await settled()
        assert len(shop.slack.posted) == 1
        while len(shop.slack.posted) < 2:
            await clock.run(seconds=0.01)
        assert clock.now - began_at == third_of_a_second


async def test_a_timer_fires_when_it_is_due_and_its_lateness_is_measured(
    shop: Workshop, store: JobStore, clock: MovedClock
) -> None:
    store.timers = [clock.now + timedelta(milliseconds=123), clock.now + timedelta(hours=1)]
    async with _running(shop):
        await clock.run(seconds=0.122)
        assert len(store.timers) == 2
        await clock.run(seconds=0.001)
        assert len(store.timers) == 1
    assert shop.figure("placet_timers_fired_total") == 1
    assert shop.figure("placet_timer_lateness_seconds_bucket", le="0.005") == 1


async def test_what_comes_due_while_others_are_fired_waits_for_no_further_look(
    shop: Workshop, store: JobStore, clock: MovedClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    fire = store.fire_due

    async def takes_its_time(limit: int) -> int:
        fired = await fire(limit)
        clock.advance(milliseconds=10 if fired else 0)
        return fired

    monkeypatch.setattr(store, "fire_due", takes_its_time)
    store.timers = [clock.now + timedelta(milliseconds=ms) for ms in (0, 9, 18, 27)]
    async with _running(shop):
        assert store.timers == []


async def test_jobs_that_wait_for_their_turn_make_nobody_look_for_timers(
    shop: Workshop, store: JobStore, clock: MovedClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    fire, looks = store.fire_due, list[int]()

    async def counted(limit: int) -> int:
        looks.append(limit)
        return await fire(limit)

    monkeypatch.setattr(store, "fire_due", counted)
    shop.receivers.hanging.add("agent.example")
    for _ in range(20):
        store.callback(store.request())
    async with _running(shop):
        await clock.run(seconds=2)
        assert len(looks) <= 6, "twice a second"


async def test_a_timer_is_punctual_beside_jobs_that_wait_for_a_dead_receiver(
    shop: Workshop, store: JobStore, clock: MovedClock
) -> None:
    shop.receivers.hanging.add("agent.example")
    for _ in range(20):
        store.callback(store.request())
    store.timers = [clock.now + timedelta(milliseconds=1333)]
    async with _running(shop):
        await clock.run(seconds=1.333)
        assert store.timers == []
        assert store.looks < 20


async def test_a_retry_is_punctual_beside_jobs_that_wait_for_a_dead_receiver(
    shop: Workshop, store: JobStore, clock: MovedClock
) -> None:
    store.is_told = True
    shop.receivers.hanging.add("agent.example")
    for _ in range(20):
        store.callback(store.request())
    retried = store.callback(store.request(), url="https://other.example/in")
    store.rows[retried].due_at = clock.now + timedelta(seconds=7)
    async with _running(shop):
        await clock.run(seconds=7)
        assert store.rows[retried].state == "posted"


async def test_it_only_looks_while_nothing_happens(
    shop: Workshop, store: JobStore, clock: MovedClock
) -> None:
    store.timers = [clock.now + timedelta(days=1)]
    async with _running(shop):
        claims, firings, looks = store.claims, store.firings, store.looks
        await clock.run(minutes=1)
        assert (store.claims, store.firings) == (claims, firings)
        assert store.looks - looks == 2 * 2 * 60


async def test_it_looks_seldom_where_it_is_told_what_others_commit(
    shop: Workshop, store: JobStore, clock: MovedClock
) -> None:
    store.is_told = True
    async with _running(shop):
        claims, firings, looks = store.claims, store.firings, store.looks
        await clock.run(minutes=1)
        assert (store.claims, store.firings) == (claims, firings)
        assert store.looks - looks == 2 * 12


async def test_what_nobody_told_of_is_carried_out_after_five_seconds_all_the_same(
    shop: Workshop, store: JobStore, clock: MovedClock
) -> None:
    store.is_told = True
    async with _running(shop):
        store.card(store.request())
        store.timers = [clock.now + timedelta(seconds=1)]
        await clock.run(seconds=5)
        assert store.timers == []
        assert [row.state for row in store.rows.values()] == ["posted"]


async def test_a_slot_that_becomes_free_is_used_at_once(shop: Workshop, store: JobStore) -> None:
    """A channel takes one card after the other, and no time passes in between."""
    shop = Workshop(store, shop.clock, paces={})
    async with _running(shop):
        for _ in range(10):
            store.card(store.request())
        store.commit()
        await settled()
        await settled()
        assert len(shop.slack.posted) == 10


# Cards


async def test_the_last_state_wins_however_many_came_between(
    shop: Workshop, store: JobStore, clock: MovedClock
) -> None:
    request = store.request(version=1)
    store.card(request)
    async with _running(shop):
        assert [card.version for card in shop.slack.at("m1").cards] == [1]
        shop.slack.open.clear()
        store.change(request, version=2)
        store.commit()
        await settled()
        for version in (3, 4, 5):
            store.change(request, version=version)
            store.commit()
            await settled()
        shop.slack.open.set()
        await settled()
        assert [card.version for card in shop.slack.at("m1").cards] == [1, 2, 5]


# One destination does not delay another


async def test_retry_after_rests_one_channel_only(shop: Workshop, store: JobStore, clock: MovedClock) -> None:
    shop.slack.always["slack:C1"] = RetryLater(why="429", after=timedelta(seconds=30))
    async with _running(shop):
        first = store.request()
        store.card(first)
        store.commit()
        await settled()
        del shop.slack.always["slack:C1"]
        store.card(store.request())
        store.card(store.request(), "slack:C2")
        store.commit()
        await clock.run(seconds=29)
        assert [posted.destination for posted in shop.slack.posted] == ["slack:C2"]
        await clock.run(seconds=2)
        assert sorted(posted.destination for posted in shop.slack.posted) == [
            "slack:C1",
            "slack:C1",
            "slack:C2",
        ]


async def test_a_slot_is_taken_again_by_the_transaction_that_writes_down_what_had_it(
    shop: Workshop, store: JobStore
) -> None:
    for _ in range(slots("callback:agent.example:443") + 1):
        store.callback(store.request())
    store.writable.clear()
    async with _running(shop):
        assert len(shop.receivers.attempts) == len(store.rows)
        assert store.settled == []
        store.writable.set()
        await settled()
    assert len(store.settled) == len(store.rows)


async def test_a_dead_receiver_with_many_callbacks_does_not_delay_others(
    shop: Workshop, store: JobStore, clock: MovedClock
) -> None:
    shop.receivers.hanging.add("dead.example")
    for _ in range(2000):
        store.callback(store.request(), "https://dead.example/in")
    async with _running(shop):
        for number in range(200):
            store.callback(store.request(), f"https://h{number % 20}.example/in")
        store.commit()
        await clock.run(seconds=0.5)
        assert sum("dead" not in sent.url for sent in shop.receivers.attempts) == 200
        assert len(shop.receivers.to("dead.example")) == 8


async def test_many_receivers_that_hang_do_not_take_the_room_of_the_others(
    shop: Workshop, store: JobStore, clock: MovedClock
) -> None:
    """Twenty servers hang with eight callbacks each: more than there is room for."""
    for number in range(20):
        shop.receivers.hanging.add(f"dead{number}.example")
        for _ in range(10):
            store.callback(store.request(), f"https://dead{number}.example/in")
    async with _running(shop):
        store.callback(store.request())
        store.commit()
        await clock.run(seconds=2)
        assert len(shop.receivers.to("agent.example")) == 1


async def test_a_channel_that_failed_for_good_is_settled_as_undeliverable(
    shop: Workshop, store: JobStore
) -> None:
    shop.slack.always["slack:C1"] = GiveUp(why="archived")
    card = store.card(store.request())
    await shop.worker.drain()
    assert store.rows[card].state == "undeliverable"
    assert store.rows[card].due_at is None


# Being killed, being stopped


async def test_what_a_killed_worker_had_begun_is_done_once_its_lease_ends(
    shop: Workshop, store: JobStore, clock: MovedClock
) -> None:
    """It was posted, but the news of that died with the worker: the next one finds the copy."""
    card = store.card(store.request())
    shop.slack.open.clear()
    run = asyncio.create_task(shop.worker.run())
    await settled()
    shop.slack.open.set()
    store.away = ConnectionError("the network cable was pulled")
    await settled()
    run.cancel()
    with pytest.raises(asyncio.CancelledError):
        await run
    assert len(shop.slack.posted) == 1
    store.away = None

    heir = Workshop(store, clock)
    heir.slack.posted = shop.slack.posted
    await heir.worker.drain()
    assert heir.slack.calls == []
    clock.advance(minutes=1)
    await heir.worker.drain()
    assert [verb for verb, _ in heir.slack.calls] == ["find", "redraw"]
    assert len(heir.slack.posted) == 1
    assert store.rows[card].state == "posted"


async def test_two_workers_on_one_store_never_carry_the_same_job(
    shop: Workshop, store: JobStore, clock: MovedClock
) -> None:
    other = Workshop(store, clock, paces={})
    shop = Workshop(store, clock, paces={})
    names = [store.callback(store.request(), f"https://h{n % 7}.example/in") for n in range(60)]
    async with _running(shop), _running(other):
        await clock.run(seconds=1)
    sent = [*shop.receivers.attempts, *other.receivers.attempts]
    assert sorted(attempt.message_id for attempt in sent) == sorted(names)


async def test_a_stop_waits_for_what_is_under_way(shop: Workshop, store: JobStore) -> None:
    store.card(store.request())
    shop.slack.open.clear()
    run = asyncio.create_task(shop.worker.run())
    await settled()
    stopping = asyncio.create_task(shop.worker.stop())
    await settled()
    assert not stopping.done()
    shop.slack.open.set()
    await stopping
    await run
    assert [attempted.sent for attempted in store.settled] == [Done(message="m1")]


async def test_a_stop_gives_back_at_once_what_does_not_end(
    shop: Workshop, store: JobStore, clock: MovedClock
) -> None:
    """It need not wait for its lease, and the next attempt looks before it posts."""
    store.card(store.request())
    shop.slack.open.clear()
    run = asyncio.create_task(shop.worker.run())
    await settled()
    await shop.worker.stop(timedelta(0))
    await run
    (attempted,) = store.settled
    assert isinstance(attempted.sent, RetryLater)
    assert attempted.sent.uncertain
    assert attempted.retry_at == clock.now


async def test_a_stop_takes_nothing_more_on(shop: Workshop, store: JobStore) -> None:
    async with _running(shop):
        pass
    store.callback(store.request())
    store.commit()
    await settled()
    assert shop.receivers.attempts == []
    assert store.watchers == []


async def test_a_stop_ends_though_the_database_is_away(
    shop: Workshop, store: JobStore, caplog: pytest.LogCaptureFixture
) -> None:
    store.card(store.request())
    shop.slack.open.clear()
    run = asyncio.create_task(shop.worker.run())
    await settled()
    store.away = ConnectionError("gone")
    await shop.worker.stop(timedelta(0))
    await run
    assert "1 attempts could not be written down" in caplog.text


async def test_a_stop_before_the_start_ends(shop: Workshop) -> None:
    await shop.worker.stop()
    await shop.worker.run()


# A database that fails


async def test_a_database_that_is_away_is_logged_once_and_work_goes_on_after(
    shop: Workshop, store: JobStore, clock: MovedClock, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.INFO)
    async with _running(shop):
        store.callback(store.request())
        store.away = ConnectionError("gone")
        await clock.run(minutes=2)
        assert [r.message for r in caplog.records].count(
            "Claiming jobs failed; trying again until it works."
        ) == 1
        store.away = None
        await clock.run(seconds=5)
        assert len(shop.receivers.attempts) == 1
        assert "Claiming jobs works again" in caplog.text


async def test_news_of_attempts_survives_a_database_that_is_away(
    shop: Workshop, store: JobStore, clock: MovedClock
) -> None:
    async with _running(shop):
        shop.slack.open.clear()
        card = store.card(store.request())
        store.commit()
        await settled()
        store.away = ConnectionError("gone")
        shop.slack.open.set()
        await clock.run(seconds=20)
        assert store.settled == []
        store.away = None
        await clock.run(seconds=6)
        assert store.rows[card].state == "posted"
    assert [verb for verb, _ in shop.slack.calls] == ["post"]


async def test_one_attempt_that_cannot_be_written_down_harms_no_other(
    shop: Workshop, store: JobStore, clock: MovedClock, caplog: pytest.LogCaptureFixture
) -> None:
    async with _running(shop):
        names = [store.callback(store.request(), f"https://h{n}.example/in") for n in range(10)]
        store.poison.add(names[0])
        store.commit()
        await clock.run(seconds=5)
        assert {attempted.job.id for attempted in store.settled} == set(names[1:])  # type: ignore[union-attr]  # every job has one of these ids
        await clock.run(minutes=2)
        assert "Gave up writing down 1 attempts" in caplog.text


async def test_attempts_are_written_down_together(shop: Workshop, store: JobStore) -> None:
    for number in range(40):
        store.callback(store.request(), f"https://h{number}.example/in")
    async with _running(shop):
        await settled()
    assert len(store.settled) == 40
    assert len(store.sizes) <= 3


# Draining, for stories


async def test_draining_does_everything_that_is_due_and_what_follows_from_it(
    shop: Workshop, store: JobStore, clock: MovedClock
) -> None:
    store.timers = [clock.now, clock.now + timedelta(minutes=1)]
    store.card(store.request(), "web:support")
    store.callback(store.request())
    assert await shop.worker.drain() == 3
    assert await shop.worker.drain() == 0
    clock.advance(minutes=1)
    assert await shop.worker.drain() == 1


async def test_draining_leaves_what_waits_for_its_pace(
    shop: Workshop, store: JobStore, clock: MovedClock
) -> None:
    for _ in range(5):
        store.card(store.request())
    await shop.worker.drain()
    assert len(shop.slack.posted) == 3
    clock.advance(seconds=3.1)
    await shop.worker.drain()
    assert len(shop.slack.posted) == 4
    clock.advance(seconds=1)
    await shop.worker.drain()
    assert len(shop.slack.posted) == 5


async def test_draining_says_so_when_it_comes_to_no_end(
    shop: Workshop, store: JobStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def always_one(limit: int) -> int:
        return 1

    monkeypatch.setattr(store, "fire_due", always_one)
    with pytest.raises(NoEnd):
        await shop.worker.drain(max_rounds=10)


# What the operator sees


async def test_timers_that_nobody_fires_are_measured_and_said_once_a_minute(
    shop: Workshop, store: JobStore, clock: MovedClock, caplog: pytest.LogCaptureFixture
) -> None:
    async def nothing(limit: int) -> int:
        return 0

    store.fire_due = nothing  # type: ignore[method-assign]  # one broken method is the point
    store.timers = [clock.now - timedelta(seconds=29), clock.now - timedelta(hours=1)]
    async with _running(shop):
        assert shop.figure("placet_timers_overdue") == 1
        await clock.run(minutes=3)
        assert shop.figure("placet_timers_overdue") == 2
    said = [record for record in caplog.records if "overdue" in record.message]
    assert len(said) == 4


async def test_attempts_and_the_age_of_what_waits_are_measured(
    shop: Workshop, store: JobStore, clock: MovedClock
) -> None:
    shop.slack.always["slack:C1"] = RetryLater(why="429", after=timedelta(seconds=90))
    async with _running(shop):
        store.card(store.request())
        store.card(store.request())
        store.callback(store.request())
        store.commit()
        await clock.run(seconds=60)
        assert shop.figure("placet_attempts_total", kind="post", outcome="retry") == 1
        assert shop.figure("placet_attempts_total", kind="callback", outcome="done") == 1
        assert shop.figure("placet_outbox_waiting") == 1
        assert shop.figure("placet_outbox_oldest_seconds") == 60
    assert b"placet_attempts_total" in shop.metrics.page()
