"""Reads: one request, lists with pages, and what a waiting agent is told."""

from datetime import timedelta

from bot.domain.ids import new_id
from bot.domain.moves import Cancel
from bot.domain.status import Mode, Status
from storage.store import SqlStore
from tests.builders import AGENT, NOW, a_press, a_request, a_step, channel
from tests.fakes.clock import MovedClock
from tests.storage.steps import Company, a_command, at_once, cards, current, done, rows, submitted


async def some(store: SqlStore, clock: MovedClock, many: int, **changes: object) -> list[str]:
    """Ids of new requests, oldest first, a second apart."""
    made = []
    for _ in range(many):
        clock.advance(seconds=1)
        request = await submitted(
            store, id=new_id("apr", at=clock.now.timestamp()), created_at=clock.now, **changes
        )
        made.append(request.id)
    return made


async def listed(store: SqlStore, **asked: object) -> list[str]:
    """Ids in a list."""
    return [stored.request.id for stored in await store.listing(**asked)]  # type: ignore[arg-type]  # keywords of the call


async def test_an_unknown_request_is_nothing(store: SqlStore) -> None:
    assert await store.read(new_id("apr")) is None
    assert await store.copies(new_id("apr")) == []
    assert await store.receipt(new_id("apr")) is None
    assert await store.decision_event(new_id("apr")) is None


async def test_lists_are_newest_first_page_by_page(store: SqlStore, clock: MovedClock) -> None:
    made = await some(store, clock, 7)
    seen: list[str] = []
    before = None
    while page := await listed(store, before=before, limit=3):
        seen += page
        before = page[-1]

    assert seen == made[::-1]


async def test_lists_by_agent_and_status(store: SqlStore, clock: MovedClock) -> None:
    mine = await some(store, clock, 4)
    others = await some(store, clock, 2, agent="other-bot")
    refused = await some(store, clock, 1, mode=Mode.REFUSE)
    await store.move(Cancel(request_id=mine[0], command_id=a_command(), agent=AGENT, reason="x"))

    assert await listed(store, agent="other-bot") == others[::-1]
    assert await listed(store, agent=AGENT, status=Status.PENDING) == mine[:0:-1]
    assert await listed(store, status=Status.PENDING) == [*others[::-1], *mine[:0:-1]]
    assert await listed(store, agent=AGENT, status=Status.CANCELLED) == [mine[0]]
    assert await listed(store, status=Status.REJECTED) == refused
    assert await listed(store, agent="nobody") == []


async def test_copies_are_listed_in_the_order_they_were_wanted(store: SqlStore, clock: MovedClock) -> None:
    steps = (a_step(channel("slack:C2"), channel("slack:C1")), a_step(channel("slack:C0")))
    request = await submitted(store, steps=steps)
    for job in await cards(store):
        await store.settle([done(job, f"on {job.destination}")])
    clock.advance(minutes=15)
    await store.fire_due(10)

    copies = await store.copies(request.id)
    assert {copy.destination for copy in copies[:2]} == {"slack:C1", "slack:C2"}
    assert (copies[2].destination, copies[2].state, copies[2].message) == ("slack:C0", "wanted", None)
    assert {copy.message for copy in copies[:2]} == {"on slack:C1", "on slack:C2"}


async def test_the_queue_counts_who_came_before_under_the_same_policy(
    store: SqlStore, clock: MovedClock
) -> None:
    first, second, third = await some(store, clock, 3)
    [elsewhere] = await some(store, clock, 1, escalation_policy="other")
    ahead = [
        await store.queue_ahead((await store.read(each)).request)  # type: ignore[union-attr]  # stored above
        for each in (first, second, third, elsewhere)
    ]
    assert ahead == [0, 1, 2, 0]

    await store.move(Cancel(request_id=first, command_id=a_command(), agent=AGENT, reason="x"))
    found = await store.read(third)
    assert found is not None
    assert await store.queue_ahead(found.request) == 1


async def test_turnarounds_are_those_of_what_people_decided(store: SqlStore, clock: MovedClock) -> None:
    request = a_request()
    assert await store.turnarounds(request) == []
    for minutes in (1, 3, 10):
        [asked] = await some(store, clock, 1)
        clock.advance(minutes=minutes)
        found = await store.read(asked)
        assert found is not None
        await store.move(a_press(found.request))
    [withdrawn] = await some(store, clock, 1)
    await store.move(Cancel(request_id=withdrawn, command_id=a_command(), agent=AGENT, reason="x"))
    await submitted(store, mode=Mode.AUTO, irreversible=False)

    took = [each.decided_at - each.asked_at for each in await store.turnarounds(request)]
    assert took == [timedelta(minutes=minutes) for minutes in (10, 3, 1)]
    assert await store.turnarounds(a_request(escalation_policy="other")) == []


async def test_only_the_latest_turnarounds_count(
    store: SqlStore, clock: MovedClock, company: Company
) -> None:
    company.limit_open_requests(0)
    for minutes, many in ((60, 30), (1, 50)):
        made = await some(store, clock, many, steps=(a_step(wait=600),))
        clock.advance(minutes=minutes)
        found = [await store.read(each) for each in made]
        await at_once([store.move(a_press(each.request)) for each in found if each])

    took = [each.decided_at - each.asked_at for each in await store.turnarounds(a_request())]
    assert len(took) == 50
    assert max(took) <= timedelta(minutes=2)


async def test_the_decision_event_is_the_one_that_decided(store: SqlStore) -> None:
    request = await submitted(store)
    assert await store.decision_event(request.id) is None
    await store.move(a_press(request))
    await store.move(a_press(request, "ben"))
    [event] = await rows(store, "SELECT hash FROM audit_event WHERE kind = 'request.decided'")
    ruled = await submitted(store, mode=Mode.REFUSE)

    assert await store.decision_event(request.id) == event.hash
    assert await store.decision_event(ruled.id) is not None


async def test_the_first_receipt_stays(store: SqlStore) -> None:
    request = await submitted(store)

    assert await store.keep_receipt(request.id, "one") == "one"
    assert await store.keep_receipt(request.id, "two") == "one"
    assert await store.receipt(request.id) == "one"


async def test_a_request_comes_back_exactly_as_it_was_folded(store: SqlStore, clock: MovedClock) -> None:
    clock.now = NOW + timedelta(microseconds=123_457)
    request = await submitted(
        store,
        amount=None,
        currency=None,
        needed_by=clock.now + timedelta(days=1, microseconds=1),
        matched={"a": "b"},
        mask=("arguments.card_number",),
        valid_for=timedelta(hours=1),
        choices=("approve", "reject"),
    )
    moved = await store.move(a_press(request))

    assert moved.request == await current(store, request)
