"""What is set by mention: once, on record, with what follows, and known to every process at once."""

import asyncio
import threading
from typing import Any

import pytest
from sqlalchemy import Connection

from bot.domain.steering import Absence, Entry, MadeRoute, Pause, Steering
from bot.domain.terms import Target, TargetKind
from bot.steering import Change, Kind, Outcome, Preview
from storage.steering import SteeringKeeper
from storage.store import SqlStore
from tests.builders import NOW, a_press, a_request, a_step, after, group, person
from tests.fakes.clock import MovedClock
from tests.storage.conftest import Opener
from tests.storage.steps import Company, a_submission, at_once, audit, count, current, rows, submitted

FINANCE = Target(kind=TargetKind.GROUP, ref="finance", label="@finance")


@pytest.fixture
def keeper(store: SqlStore) -> SteeringKeeper:
    return SteeringKeeper(store)


def a_route(match: str = "refund.*", **changes: Any) -> MadeRoute:
    given: dict[str, Any] = {"name": "", "match": match, "to": (FINANCE,), "by": "ann", "made_at": NOW}
    return MadeRoute(**(given | changes))


def a_pause(match: str = "refund.*", **changes: Any) -> Pause:
    given: dict[str, Any] = {"match": match, "by": "ann", "made_at": NOW}
    return Pause(**(given | changes))


def a_change(id: str, after: Entry | None, kind: Kind | None = None, **changes: Any) -> Change:
    kinds: dict[type[Any], Kind] = {MadeRoute: Kind.ROUTE, Pause: Kind.PAUSE, Absence: Kind.ABSENCE}
    names: dict[type[Any], str] = {
        MadeRoute: "",
        Pause: getattr(after, "match", ""),
        Absence: getattr(after, "person", ""),
    }
    given: dict[str, Any] = {
        "id": id,
        "kind": kind or kinds[type(after)],
        "name": names.get(type(after), ""),
        "person": "ann",
        "after": after,
        "matches": (after.match,) if isinstance(after, MadeRoute | Pause) else (),
    }
    return Change(**(given | changes))


async def made(keeper: SteeringKeeper, change: Change) -> Outcome:
    outcome = await keeper.change(change)
    assert outcome.code == "made"
    assert outcome.changed is not None
    return outcome


async def test_a_route_is_named_kept_and_on_the_record(keeper: SteeringKeeper, store: SqlStore) -> None:
    outcome = await made(keeper, a_change("cmd_1", a_route(when="impact.amount > 500.0")))
    assert outcome.changed is not None
    assert outcome.changed.name == "refund-1"
    assert [route.name for route in (await keeper.current()).routes] == ["refund-1"]
    (event,) = await rows(store, "SELECT subject, actor, facts, private FROM audit_event")
    assert (event.subject, event.actor) == ("route:refund-1", "person:ann")
    assert "impact.amount" not in event.facts
    assert "impact.amount" in event.private
    assert (await audit(store)).ok


async def test_the_same_change_again_finds_itself(keeper: SteeringKeeper) -> None:
    for _ in range(2):
        await made(keeper, a_change("cmd_1", a_route()))
    assert len((await keeper.current()).routes) == 1


async def test_names_are_never_given_twice_nor_taken_from_the_file(keeper: SteeringKeeper) -> None:
    taken = frozenset({"refund-1"})
    for number in range(3):
        await made(keeper, a_change(f"cmd_{number}", a_route(), taken=taken))
    ended = a_change("cmd_9", None, Kind.ROUTE, name="refund-4", matches=("refund.*",))
    await made(keeper, ended)
    await made(keeper, a_change("cmd_10", a_route(), taken=taken))
    names = [route.name for route in (await keeper.current()).routes]
    assert names == ["refund-5", "refund-3", "refund-2"]


async def test_only_leads_change_routes_and_pauses_and_everybody_their_own_absence(
    keeper: SteeringKeeper,
) -> None:
    assert (await keeper.change(a_change("cmd_1", a_pause(), person="ben"))).code == "forbidden"
    assert (await keeper.change(a_change("cmd_2", a_route(), person="eve"))).code == "forbidden"
    ann = Absence(person="ann", made_at=NOW)
    assert (await keeper.change(a_change("cmd_3", ann, person="ben"))).code == "forbidden"
    await made(keeper, a_change("cmd_4", Absence(person="ben", made_at=NOW), person="ben"))
    assert (await keeper.current()).version == 1


async def test_a_lead_who_was_removed_a_moment_ago_changes_nothing(
    keeper: SteeringKeeper, company: Company
) -> None:
    company.drop("ann")
    assert (await keeper.change(a_change("cmd_1", a_pause()))).code == "forbidden"


async def test_undoing_brings_back_what_held_before(keeper: SteeringKeeper) -> None:
    await made(keeper, a_change("cmd_1", a_pause()))
    await made(keeper, a_change("cmd_2", a_pause(until=after(60))))
    undo = a_change("cmd_3", a_pause(), undoes="cmd_2")
    await made(keeper, undo)
    assert (await keeper.current()).pauses == (a_pause(),)
    assert (await keeper.change(undo)).code == "made"
    assert (await keeper.change(a_change("cmd_4", a_pause(), undoes="cmd_2"))).code == "moved_on"
    last = await keeper.last_by("ann")
    assert last is not None
    assert last.id == "cmd_1"


async def test_nothing_is_undone_over_what_somebody_set_since(keeper: SteeringKeeper) -> None:
    await made(keeper, a_change("cmd_1", a_pause()))
    await made(keeper, a_change("cmd_2", None, Kind.PAUSE, name="refund.*", matches=("refund.*",)))
    assert (await keeper.change(a_change("cmd_3", None, Kind.PAUSE, undoes="cmd_1"))).code == "moved_on"


async def test_what_has_ended_by_itself_does_not_hold(
    keeper: SteeringKeeper, clock: MovedClock, store: SqlStore
) -> None:
    request = await submitted(store)
    await made(keeper, a_change("cmd_1", a_pause(until=after(10))))
    refused = await store.move(a_press(request))
    assert refused.answer.code == "paused"
    clock.advance(minutes=10)
    assert (await keeper.current()).pauses == ()
    assert (await store.move(a_press(request))).answer.accepted


async def test_other_processes_know_in_their_next_transaction(open_store: Opener) -> None:
    one, other = open_store(), open_store()
    request = await submitted(other)
    await made(SteeringKeeper(one), a_change("cmd_1", a_pause()))
    assert (await other.move(a_press(request))).answer.code == "paused"
    resumed = a_change("cmd_2", None, Kind.PAUSE, name="refund.*", matches=("refund.*",))
    await made(SteeringKeeper(one), resumed)
    assert (await other.move(a_press(request))).answer.accepted


async def test_a_submission_ruled_on_before_a_change_is_ruled_on_again(open_store: Opener) -> None:
    one, other = open_store(), open_store()
    early = a_submission(a_request(), steering=0, idempotency_key="k")
    assert (await other.submit(early)).code == "created"
    await made(SteeringKeeper(one), a_change("cmd_1", a_route()))
    late = a_submission(a_request(), steering=0)
    assert (await other.submit(late)).code == "outdated"
    # What was stored before is found, whatever it was ruled under.
    assert (await other.submit(early)).code == "created"
    assert (await other.submit(a_submission(a_request(), steering=1))).code == "created"


async def test_pending_requests_go_to_the_cover_at_once(keeper: SteeringKeeper, store: SqlStore) -> None:
    to_ann = await submitted(store, steps=(a_step(person("ann")),))
    elsewhere = await submitted(store)
    away = Absence(person="ann", cover="ben", made_at=NOW)
    outcome = await made(keeper, a_change("cmd_1", away))
    assert outcome.followed == 1
    assert "slack:@U01BEN" in (await current(store, to_ann)).progress.reaching
    assert await current(store, elsewhere) == elsewhere
    coming = await submitted(store, steps=(a_step(group()),))
    assert "slack:@U01ANN" not in coming.progress.reaching
    assert (await audit(store)).ok


async def test_cards_of_pending_requests_tell_of_a_pause(keeper: SteeringKeeper, store: SqlStore) -> None:
    request = await submitted(store)
    other = await submitted(store, action="credit.issue")
    assert (await made(keeper, a_change("cmd_1", a_pause()))).followed == 1
    assert (await current(store, request)).version == request.version + 1
    assert await current(store, other) == other


async def test_changes_of_many_at_once_are_all_made(open_store: Opener) -> None:
    stores = [open_store(), open_store()]
    keepers = [SteeringKeeper(store) for store in stores]
    changes = [a_change(f"cmd_{n}", a_route()) for n in range(20)]
    outcomes = await at_once([keepers[n % 2].change(change) for n, change in enumerate(changes)])
    assert {outcome.code for outcome in outcomes} == {"made"}
    found: Steering = await keepers[0].current()
    assert found.version == 20
    assert len({route.name for route in found.routes}) == 20
    assert (await audit(stores[0])).ok


async def test_a_preview_is_kept_for_whoever_was_given_it(keeper: SteeringKeeper) -> None:
    for number in range(2):
        preview = Preview(
            id=f"ofr_{number}", person="ann", channel="slack:C1", command="pause x", made_at=after(number)
        )
        await keeper.offer(preview)
        await keeper.offer(preview)
    found = await keeper.last_offered("ann", "slack:C1")
    assert found is not None
    assert found.id == "ofr_1"
    assert await keeper.last_offered("ben", "slack:C1") is None
    assert await keeper.last_offered("ann", "slack:C2") is None
    assert await keeper.last_offered("ann", None) == found
    assert await keeper.offered("ofr_0") is not None


async def test_requests_of_the_last_days_and_those_that_ended(
    keeper: SteeringKeeper, store: SqlStore
) -> None:
    request = await submitted(store)
    await store.move(a_press(request))
    waiting = await submitted(store)
    assert {s.request.id for s in await keeper.since(after(-1), 10)} == {request.id, waiting.id}
    assert [r.id for r in await keeper.ended_since(after(-1), 10)] == [request.id]
    assert await keeper.since(after(1), 10) == []
    assert await keeper.ended_since(after(1), 10) == []


async def test_a_press_that_waited_for_a_pause_is_decided_under_it(
    postgres_database: str, clock: MovedClock, company: Company
) -> None:
    paused, may_end = threading.Event(), threading.Event()

    def commit_later(connection: Connection) -> None:
        paused.set()
        assert may_end.wait(30)
        connection.commit()

    here = SqlStore(postgres_database, clock=clock, directory=company)
    there = SqlStore(postgres_database, clock=clock, directory=company, commit=commit_later)
    try:
        request = await submitted(here)
        pausing = asyncio.create_task(SteeringKeeper(there).change(a_change("cmd_1", a_pause())))
        await asyncio.to_thread(paused.wait, 30)
        pressing = asyncio.create_task(here.move(a_press(request)))
        # It waits for the request that the pause holds, while nothing is paused yet.
        here_waits = "datname = current_database() AND wait_event_type = 'Lock'"
        while not await count(there, "pg_stat_activity", here_waits):
            await asyncio.sleep(0.02)
        may_end.set()

        assert (await pausing).followed == 1
        assert (await pressing).answer.code == "paused"
    finally:
        may_end.set()
        here.close()
        there.close()
