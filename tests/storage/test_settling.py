"""Settling: what attempts came to is written down once, and moves the request on."""

from datetime import timedelta

from bot.domain.choice import Choice
from bot.domain.effects import CallbackType
from bot.domain.request import ApprovalRequest
from bot.domain.status import Mode, Status
from bot.ports import CallbackJob, CardJob
from storage.callbacks import CallbackStore
from storage.store import SqlStore
from tests.builders import a_press, a_step, after, channel
from tests.fakes.clock import MovedClock
from tests.storage.conftest import Opener
from tests.storage.steps import (
    LEASE,
    at_once,
    audit,
    callbacks,
    cards,
    claimed,
    count,
    current,
    done,
    given_up,
    in_one_batch,
    later,
    lines,
    posted,
    rows,
    saying,
    submitted,
)

LEADS = channel("slack:C0LEADS", "#leads")


async def events(store: SqlStore, kind: str) -> int:
    """How many audit events of a kind there are."""
    return await count(store, "audit_event", "kind = :kind", kind=kind)


async def test_a_card_that_stands_is_on_record_once(store: SqlStore) -> None:
    request = await submitted(store)
    job = await posted(store, request, "m1")
    await store.settle([done(job, "m1")])

    [copy] = await store.copies(request.id)
    assert (copy.message, copy.shown_version, copy.state, copy.why) == ("m1", 1, "posted", None)
    assert await events(store, "card.posted") == 1
    assert await claimed(store) == []


async def test_a_card_that_stands_keeps_its_message_when_it_is_redrawn(store: SqlStore) -> None:
    request = await submitted(store)
    await posted(store, request, "m1")
    await store.move(a_press(request, choice=Choice.CLAIM))
    [job] = await cards(store)
    await store.settle([done(job, "")])

    [copy] = await store.copies(request.id)
    assert (copy.message, copy.shown_version) == ("m1", job.wanted_version)
    assert await events(store, "card.posted") == 1


async def test_the_veto_window_starts_when_a_card_stands(store: SqlStore) -> None:
    request = await submitted(store, mode=Mode.VETO, irreversible=False, window=timedelta(minutes=10))
    assert request.progress.veto_ends_at is None
    await posted(store, request)

    assert (await current(store, request)).progress.veto_ends_at == after(10)


async def test_a_change_while_a_card_is_on_its_way_is_drawn_afterwards(store: SqlStore) -> None:
    request = await submitted(store)
    [job] = await cards(store)
    await store.move(a_press(request, choice=Choice.CLAIM))
    assert await cards(store) == []

    await store.settle([done(job, "m1")])
    [again] = await cards(store)
    assert (again.message, again.wanted_version) == ("m1", 2)


async def test_a_card_that_shows_more_than_was_wanted_is_not_drawn_again(store: SqlStore) -> None:
    request = await submitted(store)
    [job] = await cards(store)
    await store.move(a_press(request, choice=Choice.CLAIM))
    await store.settle([done(job, "m1", shown_version=2)])

    assert await cards(store) == []


async def test_a_channel_that_is_gone_moves_the_request_on_at_once(store: SqlStore) -> None:
    request = await submitted(store, steps=(a_step(), a_step(LEADS)))
    [job] = await cards(store)
    await store.settle([given_up(job, "The channel is archived.")])

    found = await current(store, request)
    assert (found.progress.step, found.progress.undeliverable) == (2, ("slack:C0REFUNDS",))
    [card] = await cards(store)
    assert card.destination == "slack:C0LEADS"
    gone = next(c for c in await store.copies(request.id) if c.destination == "slack:C0REFUNDS")
    assert (gone.state, gone.why) == ("undeliverable", "The channel is archived.")


async def test_a_request_whose_every_channel_is_gone_expires(store: SqlStore) -> None:
    request = await submitted(store, steps=(a_step(), a_step(LEADS)))
    for _ in range(2):
        [job] = await cards(store)
        await store.settle([given_up(job), given_up(job)])

    assert (await current(store, request)).status is Status.EXPIRED
    assert await events(store, "card.undeliverable") == 2


async def test_news_from_a_lease_that_ran_out_do_not_undo_the_next_attempt(
    store: SqlStore, clock: MovedClock
) -> None:
    await submitted(store)
    [first] = await cards(store)
    clock.advance(seconds=LEASE.total_seconds())
    [second] = await cards(store)
    await store.settle([later(first, clock.now)])
    assert await cards(store) == []

    await store.settle([later(second, clock.now)])
    assert [job.attempts for job in await cards(store)] == [3]


async def test_a_success_counts_even_after_its_lease_ran_out(store: SqlStore, clock: MovedClock) -> None:
    request = await submitted(store, callback_url="https://agents.example.com/hook", mode=Mode.REFUSE)
    [first] = await callbacks(store)
    clock.advance(seconds=LEASE.total_seconds())
    [second] = await callbacks(store)
    await store.settle([done(first)])
    await store.settle([later(second, clock.now)])

    assert await callbacks(store) == []
    assert (await current(store, request)).progress.callback == "delivered"


async def test_a_callback_is_taken_once_however_often_that_is_written_down(open_store: Opener) -> None:
    stores = [open_store(), open_store()]
    request = await submitted(stores[0], mode=Mode.REFUSE)
    [job] = await callbacks(stores[0])
    await at_once([stores[n % 2].settle([done(job)]) for n in range(10)])

    assert await events(stores[0], "callback.taken") == 1
    assert (await current(stores[0], request)).progress.callback == "delivered"
    assert (await audit(stores[0])).ok


async def test_a_callback_that_failed_is_tried_again_when_it_is_due(
    store: SqlStore, clock: MovedClock
) -> None:
    request = await submitted(store, mode=Mode.REFUSE)
    [job] = await callbacks(store, saying(b"{}"))
    await store.settle([later(job, after(5), why="It answered 503.")])
    assert await callbacks(store) == []
    assert (await store.jobs_ahead(())).next_at == after(5)

    clock.advance(minutes=5)
    [again] = await callbacks(store, saying(b"{1}"))
    assert (again.id, again.attempts, again.body) == (job.id, 2, b"{}")
    assert again.stored == job.stored
    assert (await current(store, request)).progress.callback == "pending"


async def test_a_callback_that_is_given_up_is_kept_as_dead_and_shown_so(store: SqlStore) -> None:
    request = await submitted(store, mode=Mode.REFUSE)
    [job] = await callbacks(store)
    await store.settle([given_up(job, "The address is forbidden.")])

    [dead] = await CallbackStore(store).listed("dead")
    assert (dead.id, dead.why) == (job.id, "The address is forbidden.")
    assert (await current(store, request)).progress.callback == "failed"
    assert await events(store, "callback.given_up") == 1


async def escalated(store: SqlStore) -> tuple[ApprovalRequest, list[str]]:
    """A request with three callbacks, and their types in the order they were caused."""
    request = await submitted(store, steps=(a_step(), a_step(LEADS), a_step(LEADS)))
    await store.move(a_press(request, choice=Choice.ESCALATE))
    second = await current(store, request)
    await in_one_batch(
        store,
        store.move(a_press(second, choice=Choice.ESCALATE)),
        store.move(a_press(second, step=3)),
    )
    return request, [CallbackType.ESCALATED, CallbackType.ESCALATED, CallbackType.APPROVED]


async def test_callbacks_of_one_request_go_out_one_after_the_other(store: SqlStore) -> None:
    _, expected = await escalated(store)
    sent, versions = [], []
    for _ in range(3):
        [job] = await callbacks(store)
        assert await callbacks(store) == []
        sent.append(job.type)
        versions.append(job.stored.request.version)
        await store.settle([done(job)])

    assert sent == expected
    assert versions == sorted(versions)
    assert await callbacks(store) == []


async def test_a_callback_that_is_given_up_lets_the_next_one_go(store: SqlStore, clock: MovedClock) -> None:
    _, expected = await escalated(store)
    [first] = await callbacks(store)
    await store.settle([later(first, after(1))])
    clock.advance(seconds=30)
    assert await callbacks(store) == []

    clock.advance(seconds=30)
    [first] = await callbacks(store)
    await store.settle([given_up(first)])
    [second] = await callbacks(store)
    assert [first.type, second.type] == expected[:2]


async def test_callbacks_keep_their_order_while_they_are_settled_and_caused_at_once(
    open_store: Opener,
) -> None:
    """One process settles the first callback while the other causes the second."""
    one, two = open_store(), open_store()
    requests = [await submitted(one, steps=(a_step(), a_step(LEADS))) for _ in range(40)]
    for request in requests:
        await one.move(a_press(request, choice=Choice.ESCALATE))
    first: list[CallbackJob] = []
    while len(first) < len(requests):
        first += await callbacks(one)
    seconds = [a_press(await current(one, request)) for request in requests]
    await at_once(
        [*(one.settle([done(job)]) for job in first), *(two.move(press) for press in reversed(seconds))]
    )

    assert await count(one, "outbox", "state = 'held'") == 0
    following: list[CallbackJob] = []
    while found := await callbacks(one):
        following += found
    assert {job.type for job in following} == {CallbackType.APPROVED}
    assert len(following) == len(requests)


async def test_the_order_holds_when_the_clocks_of_two_processes_differ(
    open_store: Opener, clock: MovedClock
) -> None:
    store = open_store()
    request = await submitted(store, steps=(a_step(), a_step(LEADS), a_step(LEADS)))
    await store.move(a_press(request, choice=Choice.ESCALATE))
    await store.move(a_press(await current(store, request), choice=Choice.ESCALATE))
    clock.advance(seconds=-5)
    await store.move(a_press(await current(store, request)))
    clock.advance(seconds=10)

    sent = []
    for _ in range(3):
        [job] = await callbacks(store)
        sent.append(job.type)
        await store.settle([done(job)])
    assert sent == [CallbackType.ESCALATED, CallbackType.ESCALATED, CallbackType.APPROVED]


async def test_a_line_that_was_said_is_gone_and_one_that_was_not_is_tried_again(
    store: SqlStore, clock: MovedClock
) -> None:
    request = await submitted(store)
    for n in range(2):
        await store.move(a_press(request, "dan", reply_to=f"slack:C1:U{n}:https://answers.example.com/{n}"))
    said, unsaid = await lines(store)
    await store.settle([done(said), later(unsaid, after(1))])
    assert await count(store, "outbox") == 1

    clock.advance(minutes=1)
    [again] = await lines(store)
    assert (again.id, again.attempts) == (unsaid.id, 2)
    await store.settle([given_up(again)])
    assert await count(store, "outbox") == 0


async def test_attempts_of_all_kinds_are_settled_in_one_transaction(store: SqlStore) -> None:
    request = await submitted(store)
    await store.move(a_press(request, "dan", reply_to="slack:C1:U1:https://answers.example.com/1"))
    await store.move(a_press(request))
    jobs = await claimed(store)
    assert len(jobs) == 3
    await store.settle([done(job) for job in jobs])

    assert (await store.backlog(overdue_since=after(0))).waiting_jobs == 0
    assert (await current(store, request)).progress.callback == "delivered"
    assert await events(store, "card.posted") == 1
    assert (await audit(store)).ok


async def test_settling_what_nobody_knows_changes_nothing(store: SqlStore) -> None:
    request = await submitted(store)
    [job] = await cards(store)
    strange = CardJob(**{name: getattr(job, name) for name in job.__slots__} | {"copy_id": "crd_unknown"})
    await store.settle([done(strange)])
    await store.settle([])

    assert (await current(store, request)).version == 1


async def test_the_end_of_a_callback_is_on_the_chain_of_its_request(store: SqlStore) -> None:
    request = await submitted(store, mode=Mode.REFUSE)
    [job] = await callbacks(store)
    await store.settle([done(job)])
    [event] = await rows(store, "SELECT subject, facts FROM audit_event WHERE kind = 'callback.taken'")

    assert event.subject == request.id
    assert "approval.rejected" in event.facts
