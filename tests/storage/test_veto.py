"""Objections that wait for a look-up: the time to object waits with them, whatever is killed meanwhile."""

from datetime import timedelta

import pytest

from bot.domain.choice import Choice
from bot.domain.memberships import FRESH, Membership
from bot.domain.moves import CardPosted
from bot.domain.request import ApprovalRequest
from bot.domain.status import Mode, Status
from storage.memberships import Memberships
from storage.store import SqlStore
from tests.builders import a_directory, a_press, slack
from tests.fakes.clock import MovedClock
from tests.storage.conftest import Opener
from tests.storage.steps import Company, a_command, count, current, submitted

LEGAL = "slack:T01HOME/S0LEGAL"
PATIENCE = timedelta(seconds=30)
TEN = timedelta(minutes=10)


@pytest.fixture
def live(company: Company) -> Company:
    """Finance is whoever is in a user group."""
    company.directory = a_directory(groups={"finance": ()}, live={"finance": (LEGAL,)})
    return company


async def told(store: SqlStore, *users: str) -> None:
    """Slack was asked now who is in the group, and said this."""
    accounts = tuple(slack(user) for user in users)
    await Memberships(store).claim((LEGAL,), urgent=(LEGAL,), limit=1, lease=timedelta(seconds=15))
    said = Membership(group=LEGAL, accounts=accounts, fetched_at=store.clock())
    await Memberships(store).keep(said, next_at=store.clock() + timedelta(seconds=30))


async def objected(store: SqlStore, clock: MovedClock) -> ApprovalRequest:
    """A window of ten minutes, with an objection in its last seconds that waits for the group."""
    await told(store, "U01BEN")
    request = await submitted(store, mode=Mode.VETO, window=TEN, irreversible=False)
    named = {"request_id": request.id, "command_id": a_command()}
    await store.move(CardPosted(**named, destination="slack:C0REFUNDS", shown_digest="d"))
    clock.advance(seconds=(TEN - timedelta(seconds=5)).total_seconds())
    assert TEN > FRESH
    moved = await store.move(a_press(request, "ben", Choice.REJECT))
    assert moved.answer.code == "checking"
    return request


async def test_the_clock_does_not_win_against_an_objection_that_waits(
    store: SqlStore, live: Company, clock: MovedClock
) -> None:
    request = await objected(store, clock)
    clock.advance(seconds=20)
    assert await store.fire_due(10) == 0
    assert (await current(store, request)).status is Status.PENDING

    await told(store, "U01BEN")
    [answer] = await Memberships(store).decide(patience=PATIENCE, limit=10)

    assert answer.accepted
    assert (await current(store, request)).status is Status.REJECTED


async def test_another_process_keeps_the_objection_of_one_that_was_killed(
    open_store: Opener, live: Company, clock: MovedClock
) -> None:
    request = await objected(open_store(), clock)
    clock.advance(seconds=20)
    another = open_store()
    assert await another.fire_due(10) == 0
    await told(another, "U01ANN")
    [answer] = await Memberships(another).decide(patience=PATIENCE, limit=10)
    assert answer.code == "not_a_reviewer"
    assert await another.fire_due(10) == 1
    assert (await current(another, request)).ran_by_rule


async def test_an_objection_that_could_not_be_checked_leaves_a_gate(
    store: SqlStore, live: Company, clock: MovedClock
) -> None:
    request = await objected(store, clock)
    clock.advance(seconds=PATIENCE.total_seconds())

    [answer] = await Memberships(store).decide(patience=PATIENCE, limit=10)

    assert answer.code == "unreadable"
    assert await store.fire_due(10) == 0
    gated = await current(store, request)
    assert (gated.status, gated.veto_open) == (Status.PENDING, False)
    assert await count(store, "audit_event", "kind = 'veto.lifted'") == 1
