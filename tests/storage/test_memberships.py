"""What platforms said of groups: shared by all processes, read by one at a time, waited for by presses."""

from datetime import timedelta
from typing import Any

import pytest

from bot.domain.choice import Choice
from bot.domain.directory import Directory
from bot.domain.memberships import FRESH, Membership
from bot.domain.request import ApprovalRequest
from bot.domain.status import Status
from storage.memberships import Memberships
from storage.store import SqlStore
from tests.builders import NOW, a_directory, a_press, slack
from tests.fakes.clock import MovedClock
from tests.storage.conftest import Opener
from tests.storage.steps import Company, count, current, lines, submitted

LEGAL, OTHER = "slack:T01HOME/S0LEGAL", "slack:T01HOME/S0OTHER"
LEASE, PATIENCE = timedelta(seconds=15), timedelta(seconds=30)


@pytest.fixture
def live(company: Company) -> Company:
    """Finance is whoever is in a user group."""
    company.directory = a_directory(groups={"finance": ()}, live={"finance": (LEGAL,)})
    return company


async def claimed(book: Memberships, *sources: str, urgent: tuple[str, ...] = ()) -> list[str]:
    """What this process is to read now."""
    return list(await book.claim(sources or (LEGAL,), urgent=urgent, limit=10, lease=LEASE))


async def told(store: SqlStore, *users: str, source: str = LEGAL, **changes: Any) -> None:
    """The platform was asked now, and said this."""
    given: dict[str, Any] = {"accounts": tuple(slack(user) for user in users), "fetched_at": store.clock()}
    await Memberships(store).keep(
        Membership(group=source, **(given | changes)), next_at=store.clock() + timedelta(seconds=30)
    )


async def asked(store: SqlStore, clock: MovedClock) -> ApprovalRequest:
    """A request that Ben and Ann of the group were asked about a minute ago."""
    await claimed(Memberships(store))
    await told(store, "U01ANN", "U01BEN")
    request = await submitted(store)
    clock.advance(seconds=FRESH.total_seconds() + 1)
    return request


async def held(store: SqlStore, clock: MovedClock, name: str = "ben") -> ApprovalRequest:
    """A request, and a press on it that waits."""
    request = await asked(store, clock)
    moved = await store.move(a_press(request, name, later_to="slack:later"))
    assert moved.answer.code == "checking"
    return request


# Reading


async def test_a_group_is_read_by_one_process_at_a_time(open_store: Opener, clock: MovedClock) -> None:
    one, other = Memberships(open_store()), Memberships(open_store())

    assert await claimed(one) == [LEGAL]
    assert await claimed(other) == []
    clock.advance(seconds=15)
    assert await claimed(other) == [LEGAL], "whoever leased it was killed"


async def test_what_was_read_is_due_again_at_its_time(store: SqlStore, clock: MovedClock) -> None:
    book = Memberships(store)
    await claimed(book)
    await told(store, "U01BEN")

    clock.advance(seconds=29)
    assert await claimed(book) == []
    clock.advance(seconds=1)
    assert await claimed(book) == [LEGAL]


async def test_when_a_group_is_to_be_read_next_is_known(store: SqlStore, clock: MovedClock) -> None:
    book = Memberships(store)
    assert await book.next_at((LEGAL,)) is None, "nobody has read it yet"
    await claimed(book)
    assert await book.next_at((LEGAL,)) == NOW + LEASE
    await told(store)
    assert await book.next_at((LEGAL,)) == NOW + timedelta(seconds=30)
    assert await book.next_at((LEGAL, OTHER)) is None
    await book.put_off(LEGAL, until=NOW + timedelta(minutes=1))
    assert await book.next_at((LEGAL,)) == NOW + timedelta(minutes=1)
    clock.advance(minutes=1)
    assert await book.next_at((LEGAL,)) is None


async def test_what_a_press_waits_for_is_read_first_and_at_once(store: SqlStore, clock: MovedClock) -> None:
    book = Memberships(store)
    await claimed(book, LEGAL, OTHER)
    await told(store)
    await told(store, source=OTHER)
    clock.advance(seconds=61)

    assert await claimed(book, LEGAL, OTHER, urgent=(OTHER,)) == [OTHER, LEGAL]


async def test_a_group_that_could_not_be_read_rests_whoever_waits(store: SqlStore, clock: MovedClock) -> None:
    book = Memberships(store)
    await claimed(book)
    await book.put_off(LEGAL, until=NOW + timedelta(seconds=20))

    clock.advance(seconds=19)
    assert await claimed(book, urgent=(LEGAL,)) == []
    clock.advance(seconds=1)
    assert await claimed(book, urgent=(LEGAL,)) == [LEGAL]


async def test_every_process_knows_what_one_has_read_in_its_next_transaction(
    open_store: Opener, live: Company, clock: MovedClock
) -> None:
    one, other = open_store(), open_store()
    request = await asked(other, clock)
    await told(one, "U01BEN")

    moved = await other.move(a_press(request, "ben"))

    assert moved.request is not None
    assert moved.request.status is Status.APPROVED


async def test_what_is_shown_follows_once_it_was_learned(open_store: Opener, live: Company) -> None:
    one, other = open_store(), open_store()
    await claimed(Memberships(one))
    await told(one, "U01BEN")

    assert other.directory().members(("finance",)) == ()
    await other.learn()
    assert other.directory().members(("finance",)) == ("ben",)


async def test_a_group_that_changed_counts_for_nothing_until_it_was_read_again(
    store: SqlStore, live: Company
) -> None:
    await claimed(Memberships(store))
    await told(store, "U01BEN")
    request = await submitted(store)
    await Memberships(store).distrust([LEGAL])

    assert (await store.move(a_press(request, "ben"))).answer.code == "checking"


async def test_what_was_read_while_the_group_changed_is_not_kept(
    store: SqlStore, live: Company, clock: MovedClock
) -> None:
    book = Memberships(store)
    await claimed(book)
    asked_at = clock()
    clock.advance(seconds=1)
    await book.distrust([LEGAL])
    await told(store, "U01BEN", fetched_at=asked_at)

    assert await claimed(book) == [LEGAL], "it is due again, and nobody has leased it"
    await store.learn()
    assert store.directory().members(("finance",)) == ()


async def test_changes_of_groups_that_nobody_asked_for_are_passed_over(store: SqlStore) -> None:
    await Memberships(store).distrust([LEGAL])

    assert await count(store, "membership") == 0
    assert await count(store, "fact_version", "kind = 'memberships'") == 0


# Waiting


async def test_a_press_waits_and_is_decided_once_the_group_was_read(
    store: SqlStore, live: Company, clock: MovedClock
) -> None:
    request = await held(store, clock)
    book = Memberships(store)
    assert await book.waited_for() == {LEGAL}
    assert await book.decide(patience=PATIENCE, limit=10) == []

    await told(store, "U01BEN")
    [answer] = await book.decide(patience=PATIENCE, limit=10)

    assert answer.accepted
    assert (await current(store, request)).status is Status.APPROVED
    assert await book.waited_for() is None
    assert [line.destination for line in await lines(store)] == ["slack:later"]


async def test_the_same_press_again_finds_what_became_of_it(
    store: SqlStore, live: Company, clock: MovedClock
) -> None:
    request = await asked(store, clock)
    press = a_press(request, "ben")
    checking = [(await store.move(press)).answer.code for _ in range(2)]
    await told(store, "U01BEN")
    await Memberships(store).decide(patience=PATIENCE, limit=10)

    assert checking == ["checking", "checking"]
    assert (await store.move(press)).answer.code == "recorded"
    assert await count(store, "audit_event", "kind = 'vote.cast'") == 1


async def test_of_two_processes_one_decides_what_waited(
    open_store: Opener, live: Company, clock: MovedClock
) -> None:
    one, other = open_store(), open_store()
    await held(one, clock)
    await told(other, "U01BEN")

    decided = [
        len(await Memberships(each).decide(patience=PATIENCE, limit=10)) for each in (other, one, other)
    ]

    assert decided == [1, 0, 0]


async def test_a_press_waits_no_longer_than_it_may(store: SqlStore, live: Company, clock: MovedClock) -> None:
    request = await held(store, clock)
    clock.advance(seconds=29)
    assert await Memberships(store).decide(patience=PATIENCE, limit=10) == []
    clock.advance(seconds=1)

    [answer] = await Memberships(store).decide(patience=PATIENCE, limit=10)

    assert (answer.accepted, answer.code) == (False, "unreadable")
    assert (await current(store, request)).status is Status.PENDING
    assert [line.line for line in await lines(store)] == [answer.sentence]


async def test_somebody_removed_while_their_press_waited_decides_nothing(
    store: SqlStore, live: Company, clock: MovedClock
) -> None:
    request = await held(store, clock)
    live.drop("ben")
    await told(store, "U01BEN")

    [answer] = await Memberships(store).decide(patience=PATIENCE, limit=10)

    assert answer.code == "unlinked"
    assert (await current(store, request)).status is Status.PENDING


async def test_many_presses_that_wait_come_to_one_decision(
    store: SqlStore, live: Company, clock: MovedClock
) -> None:
    request = await asked(store, clock)
    for name in ("ann", "ben"):
        choice = Choice.APPROVE if name == "ann" else Choice.REJECT
        assert (await store.move(a_press(request, name, choice))).answer.code == "checking"
    await told(store, "U01ANN", "U01BEN")

    answers = await Memberships(store).decide(patience=PATIENCE, limit=10)

    assert sorted(answer.code for answer in answers) == ["recorded", "too_late"]


async def test_whoever_presses_is_heard_by_the_process_that_holds_it(
    store: SqlStore, live: Company, clock: MovedClock
) -> None:
    rung: list[bool] = []
    store.watch_holds(lambda: rung.append(True))

    await held(store, clock)
    await store.check()

    assert rung == [True]


def test_a_policy_without_live_groups_is_used_as_it_is(store: SqlStore, company: Company) -> None:
    directory: Directory = store.directory()

    assert directory.groups == company.directory.groups
