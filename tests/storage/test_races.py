"""Presses in the same instant as each other, and as whatever else can end a request: one consistent end.

On SQLite one process has the file; on PostgreSQL the two sides of a race are two processes' stores.
"""

import asyncio
from collections import Counter
from collections.abc import Callable, Coroutine, Sequence
from dataclasses import replace
from datetime import timedelta
from typing import Any, TypeAlias

import pytest

from bot.domain.choice import Choice
from bot.domain.moves import Cancel, CardPosted, Edited, Move, Presser, Redeem
from bot.domain.request import ApprovalRequest
from bot.domain.status import Mode, Status
from bot.ports import Moved
from storage.store import SqlStore
from tests.builders import (
    AGENT,
    DIGEST,
    OTHER_DIGEST,
    a_packet,
    a_press,
    a_reason,
    a_request,
    a_step,
    presser,
)
from tests.fakes.clock import MovedClock
from tests.storage.conftest import Opener
from tests.storage.steps import Company, a_command, a_submission, audit, count, rows

#: how often each race is run, and how many press one card at once
TIMES = 1_000
#: what one store takes at once without saying that it is busy
_AT_ONCE = 250
#: few enough that neither side takes all of them in one transaction before the other begins
_RACING = 20

_ENDS = "('request.decided', 'request.expired', 'request.cancelled')"

Rival: TypeAlias = Callable[[ApprovalRequest], Coroutine[Any, Any, object]]


@pytest.fixture
def sides(open_store: Opener, url: str) -> tuple[SqlStore, SqlStore]:
    """Where the two sides of a race come in."""
    store = open_store()
    return store, store if url.startswith("sqlite") else open_store()


async def _submitted(store: SqlStore, company: Company, times: int = TIMES, **changes: Any) -> Any:
    company.limit_open_requests(0)
    found: list[ApprovalRequest] = []
    while len(found) < times:
        asked = [store.submit(a_submission(a_request(**changes))) for _ in range(min(_AT_ONCE, times))]
        found += [answer.request for answer in await asyncio.gather(*asked) if answer.request]
    return found


async def _race(
    requests: Sequence[ApprovalRequest], press: Callable[[ApprovalRequest], Any], rival: Rival
) -> list[Moved]:
    """Each request's press and its rival at once, now one first, now the other; the presses' answers."""
    answers: list[Moved] = []
    for turn, start in enumerate(range(0, len(requests), _RACING)):
        calls: list[Coroutine[Any, Any, object]] = []
        for number, request in enumerate(requests[start : start + _RACING]):
            pair = [press(request), rival(request)]
            calls += pair if (turn + number) % 2 else reversed(pair)
        done = await asyncio.gather(*calls)
        answers += [each for each in done if isinstance(each, Moved) and each.answer.code != "rival"]
    return answers


async def _states(store: SqlStore) -> dict[str, Any]:
    found = await rows(store, "SELECT id, status, revision, progress FROM approval")
    return {row.id: row for row in found}


async def _ended_once(store: SqlStore, requests: Sequence[ApprovalRequest]) -> None:
    """Every request has one end on record, one callback that tells it, and a chain that verifies."""
    ends = await rows(store, f"SELECT subject FROM audit_event WHERE kind IN {_ENDS}")
    assert Counter(row.subject for row in ends) == {request.id: 1 for request in requests}
    told = "('approval.approved', 'approval.rejected', 'approval.expired', 'approval.cancelled')"
    assert await count(store, "outbox", f"kind = 'callback' AND text IN {told}") == len(requests)
    assert (await audit(store)).problems == []


def _as_rival(moved: Moved) -> Moved:
    return replace(moved, answer=replace(moved.answer, code="rival"))


async def _moved(store: SqlStore, move: Move) -> Moved:
    return _as_rival(await store.move(move))


def _accepted(answers: Sequence[Moved]) -> set[str]:
    return {each.request.id for each in answers if each.request and each.answer.accepted}


async def test_a_press_and_the_expiry(
    sides: tuple[SqlStore, SqlStore], company: Company, clock: MovedClock
) -> None:
    one, two = sides
    requests = await _submitted(one, company, steps=(a_step(wait=15),))
    clock.advance(minutes=15)
    answers = await _race(requests, lambda each: one.move(a_press(each)), lambda _: two.fire_due(2))
    while await two.fire_due(_AT_ONCE):
        pass
    states = await _states(one)
    approved = {name for name, row in states.items() if row.status == Status.APPROVED}
    assert {row.status for row in states.values()} <= {Status.APPROVED, Status.EXPIRED}
    assert approved == _accepted(answers)
    assert len(answers) == TIMES
    await _ended_once(one, requests)


async def test_an_objection_and_the_end_of_its_window(
    sides: tuple[SqlStore, SqlStore], company: Company, clock: MovedClock
) -> None:
    one, two = sides
    window = timedelta(minutes=10)
    requests = await _submitted(one, company, mode=Mode.VETO, window=window, irreversible=False)
    for start in range(0, TIMES, _AT_ONCE):
        await asyncio.gather(*(one.move(_stands(each)) for each in requests[start : start + _AT_ONCE]))
    clock.advance(minutes=10)
    answers = await _race(
        requests, lambda each: one.move(a_press(each, choice=Choice.REJECT)), lambda _: two.fire_due(2)
    )
    while await two.fire_due(_AT_ONCE):
        pass
    states = await _states(one)
    stopped = {name for name, row in states.items() if row.status == Status.REJECTED}
    assert {row.status for row in states.values()} <= {Status.APPROVED, Status.REJECTED}
    assert stopped == _accepted(answers)
    assert 0 < len(stopped) < TIMES
    late = {each.answer.sentence for each in answers if not each.answer.accepted}
    assert late
    assert all(sentence.endswith("Press Override… to take the approval back.") for sentence in late)
    await _ended_once(one, requests)


async def test_an_override_and_the_taking_of_the_approval(
    sides: tuple[SqlStore, SqlStore], company: Company
) -> None:
    one, two = sides
    requests = await _submitted(one, company, mode=Mode.AUTO, irreversible=False)
    taken: set[str] = set()

    async def redeem(request: ApprovalRequest) -> None:
        named = {"request_id": request.id, "command_id": a_command(), "redemption_id": "r1"}
        moved = await two.move(Redeem(**named, agent=AGENT, digest=DIGEST))
        if moved.answer.accepted:
            taken.add(request.id)
        else:
            assert moved.answer.code == "gone"

    answers = await _race(requests, lambda each: one.move(a_press(each, choice=Choice.OVERRIDE)), redeem)
    assert len(_accepted(answers)) == TIMES
    ran = {each.request.id for each in answers if each.request and "already ran" in each.answer.sentence}
    assert ran == taken
    assert 0 < len(taken) < TIMES
    told = await rows(one, "SELECT request_id, turn, text, state FROM outbox WHERE kind = 'callback'")
    turns = {(row.turn, row.text, row.state) for row in told}
    assert turns == {(1, "approval.approved", "waiting"), (2, "approval.reverted", "held")}
    assert len(told) == 2 * TIMES
    assert (await audit(one)).problems == []


def _stands(request: ApprovalRequest) -> Move:
    named = {"request_id": request.id, "command_id": a_command()}
    return CardPosted(**named, destination="slack:C0REFUNDS", shown_digest="d")


async def test_a_press_and_a_withdrawal(sides: tuple[SqlStore, SqlStore], company: Company) -> None:
    one, two = sides
    requests = await _submitted(one, company)

    def cancel(request: ApprovalRequest) -> Coroutine[Any, Any, Moved]:
        named = {"request_id": request.id, "command_id": a_command()}
        return _moved(two, Cancel(**named, agent=AGENT, reason="no need"))

    answers = await _race(requests, lambda each: one.move(a_press(each)), cancel)
    states = await _states(one)
    approved = {name for name, row in states.items() if row.status == Status.APPROVED}
    assert {row.status for row in states.values()} <= {Status.APPROVED, Status.CANCELLED}
    assert approved == _accepted(answers)
    await _ended_once(one, requests)


async def test_a_press_and_an_edit_by_somebody_else(
    sides: tuple[SqlStore, SqlStore], company: Company
) -> None:
    one, two = sides
    requests = await _submitted(one, company)

    def edit(request: ApprovalRequest) -> Coroutine[Any, Any, Moved]:
        edited = Edited(
            proposal=replace(request.proposal, digest=OTHER_DIGEST), packet=a_packet({"order": "4892"})
        )
        return _moved(two, a_press(request, "ben", Choice.EDIT, edited=edited))

    answers = await _race(requests, lambda each: one.move(a_press(each)), edit)
    states = await _states(one)
    assert {row.status for row in states.values()} == {Status.APPROVED}
    as_it_was = {name for name, row in states.items() if row.revision == 1}
    assert as_it_was == _accepted(answers)
    assert {each.answer.code for each in answers} <= {"recorded", "too_late"}
    ends = await rows(one, f"SELECT subject FROM audit_event WHERE kind IN {_ENDS}")
    assert Counter(row.subject for row in ends) == {request.id: 1 for request in requests}


async def test_an_edit_voids_the_vote_that_came_just_before_and_refuses_the_one_just_after(
    sides: tuple[SqlStore, SqlStore], company: Company
) -> None:
    one, two = sides
    requests = await _submitted(one, company, approve=2)

    def edit(request: ApprovalRequest) -> Coroutine[Any, Any, Moved]:
        edited = Edited(
            proposal=replace(request.proposal, digest=OTHER_DIGEST), packet=a_packet({"order": "4892"})
        )
        return _moved(two, a_press(request, "ben", Choice.EDIT, edited=edited))

    answers = await _race(requests, lambda each: one.move(a_press(each)), edit)
    states = await _states(one)
    assert {(row.status, row.revision) for row in states.values()} == {(Status.PENDING, 2)}
    assert not [row for row in states.values() if '"person":"ann"' in row.progress]
    assert {each.answer.code for each in answers} <= {"recorded", "stale"}


async def test_a_press_and_the_removal_of_its_presser(
    sides: tuple[SqlStore, SqlStore], company: Company
) -> None:
    one, two = sides
    requests = await _submitted(one, company)
    half = requests[TIMES // 2].id

    async def drop(request: ApprovalRequest) -> None:
        if request.id == half:
            company.drop("ann")

    answers = await _race(
        requests, lambda each: (one if each.id[-1] < "g" else two).move(a_press(each)), drop
    )
    states = await _states(one)
    approved = {name for name, row in states.items() if row.status == Status.APPROVED}
    assert approved == _accepted(answers)
    assert {row.status for row in states.values()} == {Status.APPROVED, Status.PENDING}
    assert {each.answer.code for each in answers} == {"recorded", "unlinked"}
    decided = await rows(one, "SELECT subject FROM audit_event WHERE kind = 'request.decided'")
    assert sorted(row.subject for row in decided) == sorted(approved)
    assert (await audit(one)).problems == []


async def test_a_thousand_presses_on_one_card_are_one_decision_and_everybody_is_answered(
    sides: tuple[SqlStore, SqlStore], company: Company
) -> None:
    [request] = await _submitted(sides[0], company, times=1)
    presses = [
        a_press(
            request,
            presser=_somebody(number),
            choice=(Choice.CLAIM, Choice.APPROVE, Choice.REJECT, Choice.APPROVE)[number % 4],
            reason=a_reason(),
            reply_to=f"slack:C1:U{number}:https://answers.example.com/{number}",
        )
        for number in range(TIMES)
    ]
    answers: list[Moved] = []
    for start in range(0, TIMES, _AT_ONCE):
        together = presses[start : start + _AT_ONCE]
        answers += await asyncio.gather(*(sides[n % 2].move(press) for n, press in enumerate(together)))

    store = sides[0]
    assert all(each.answer.sentence for each in answers)
    assert len(answers) == TIMES
    assert await count(store, "audit_event", "kind = 'request.decided'") == 1
    assert await count(store, "audit_event", "kind = 'vote.cast'") == 1
    refused = [each for each in answers if each.answer.code != "recorded"]
    assert await count(store, "outbox", "kind = 'tell'") == len(refused)
    assert await count(store, "outbox", "kind = 'callback'") == 1
    assert (await audit(store)).problems == []


def _somebody(number: int) -> Presser:
    """Reviewers on every platform, among strangers and bots."""
    name = ("ann", "ben", "ann", "eve", "ben", "dan", "ann")[number % 7]
    return presser(name, ("slack", "teams", "web")[number % 3], is_bot=number % 41 == 40)
