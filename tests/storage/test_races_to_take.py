"""Races to take an approval: twice, in another's place, or against what holds it up."""

import asyncio
from collections import Counter
from collections.abc import Coroutine, Sequence
from typing import Any, TypeAlias

import pytest

from bot.domain.choice import Choice
from bot.domain.ids import new_id
from bot.domain.moves import Cancel, Redeem, ReportOutcome
from bot.domain.request import ApprovalRequest
from bot.domain.status import Mode, OutcomeStatus, Status
from bot.domain.steering import Pause
from bot.steering import Change, Kind
from storage.steering import SteeringKeeper
from storage.store import SqlStore
from tests.builders import AGENT, DIGEST, NOW, a_press, a_request
from tests.storage.conftest import Opener
from tests.storage.steps import Company, a_command, a_submission, audit, rows

TIMES = 100
#: few enough that neither side takes all of them in one transaction before the other begins
_RACING = 20


#: to be made at the same time
Calls: TypeAlias = tuple[Coroutine[Any, Any, Any], ...]


@pytest.fixture
def sides(open_store: Opener, url: str) -> tuple[SqlStore, SqlStore]:
    """Where the two sides of a race come in."""
    store = open_store()
    return store, store if url.startswith("sqlite") else open_store()


async def _submitted(store: SqlStore, company: Company, **changes: Any) -> list[ApprovalRequest]:
    company.limit_open_requests(0)
    answers = await asyncio.gather(*(store.submit(a_submission(a_request(**changes))) for _ in range(TIMES)))
    return [answer.request for answer in answers if answer.request]


async def _at_once(pairs: Sequence[Calls]) -> list[list[Any]]:
    """The calls of each tuple at once, now one first, now the other; their answers in their order."""
    found: list[list[Any]] = []
    for start in range(0, len(pairs), _RACING):
        some, placed = pairs[start : start + _RACING], list[tuple[int, int]]()
        calls = []
        for number, pair in enumerate(some):
            order = list(range(len(pair))) if number % 2 else list(reversed(range(len(pair))))
            placed += [(number, place) for place in order]
            calls += [pair[place] for place in order]
        answers = dict(zip(placed, await asyncio.gather(*calls), strict=True))
        found += [[answers[number, place] for place in range(len(pair))] for number, pair in enumerate(some)]
    return found


def _redeem(request: ApprovalRequest, name: str) -> Redeem:
    return Redeem(
        request_id=request.id, command_id=a_command(), agent=AGENT, digest=DIGEST, redemption_id=name
    )


async def test_two_takings_of_one_approval_under_two_ids(
    sides: tuple[SqlStore, SqlStore], company: Company
) -> None:
    one, two = sides
    requests = await _submitted(one, company, mode=Mode.AUTO, irreversible=False)
    pairs = [(one.move(_redeem(each, "a")), two.move(_redeem(each, "b"))) for each in requests]
    for answers in await _at_once(pairs):
        assert min(each.answer.code for each in answers) == "conflict"
        assert [each.answer.accepted for each in answers].count(True) == 1
    taken = await rows(one, "SELECT subject FROM audit_event WHERE kind = 'approval.redeemed'")
    assert Counter(row.subject for row in taken) == {each.id: 1 for each in requests}
    assert (await audit(one)).problems == []


async def test_a_taking_and_the_report_that_it_was_not_run(
    sides: tuple[SqlStore, SqlStore], company: Company
) -> None:
    """Whoever was told that it may act was told so before anybody said that it did not."""
    one, two = sides
    requests = await _submitted(one, company, mode=Mode.AUTO, irreversible=False)

    def report(request: ApprovalRequest) -> ReportOutcome:
        named = {"request_id": request.id, "command_id": a_command(), "agent": AGENT}
        return ReportOutcome(**named, status=OutcomeStatus.NOT_RUN, detail="")

    pairs = [(one.move(_redeem(each, "a")), two.move(report(each))) for each in requests]
    await _at_once(pairs)
    events = await rows(
        one,
        "SELECT subject, kind FROM audit_event WHERE kind IN ('approval.redeemed', 'outcome.reported')"
        " ORDER BY subject, seq",
    )
    by_request: dict[str, list[str]] = {}
    for row in events:
        by_request.setdefault(row.subject, []).append(row.kind)
    assert {tuple(kinds) for kinds in by_request.values()} <= {
        ("approval.redeemed", "outcome.reported"),
        ("outcome.reported",),
    }
    assert (await audit(one)).problems == []


async def test_one_person_votes_on_two_platforms_at_once_and_is_one(
    sides: tuple[SqlStore, SqlStore], company: Company
) -> None:
    one, two = sides
    requests = await _submitted(one, company, approve=2)
    pairs = [
        (
            one.move(a_press(each)),
            two.move(a_press(each, platform="teams")),
            two.move(a_press(each, platform="web")),
        )
        for each in requests
    ]
    await _at_once(pairs)
    states = await rows(one, "SELECT DISTINCT status FROM approval")
    assert [row.status for row in states] == [Status.PENDING]
    votes = await rows(one, "SELECT subject FROM audit_event WHERE kind = 'vote.cast'")
    assert Counter(row.subject for row in votes) == {each.id: 1 for each in requests}
    second_thoughts = [
        (one.move(a_press(each, "ben")), two.move(a_press(each, choice=Choice.WITHDRAW))) for each in requests
    ]
    await _at_once(second_thoughts)
    decided = await rows(one, "SELECT subject, facts FROM audit_event WHERE kind = 'request.decided'")
    approved = await rows(one, f"SELECT id FROM approval WHERE status = '{Status.APPROVED.value}'")
    assert sorted(row.subject for row in decided) == sorted(row.id for row in approved)
    # Who comes first is the race's; each request goes one way, and none both.
    withdrawn = await rows(one, "SELECT subject FROM audit_event WHERE kind = 'vote.withdrawn'")
    ways = Counter(row.subject for row in (*decided, *withdrawn))
    assert ways == {each.id: 1 for each in requests}
    assert (await audit(one)).problems == []


async def test_an_approval_and_the_request_that_takes_its_place(
    sides: tuple[SqlStore, SqlStore], company: Company
) -> None:
    one, two = sides
    requests = await _submitted(one, company)

    def instead(request: ApprovalRequest) -> Coroutine[Any, Any, Any]:
        later = a_request()
        named = {"request_id": request.id, "command_id": a_command(), "agent": AGENT, "reason": "superseded"}
        return two.submit(a_submission(later, supersedes=Cancel(**named, superseded_by=later.id)))

    found = await _at_once([(one.move(a_press(each)), instead(each)) for each in requests])
    assert {answer.code for _, answer in found} == {"created"}
    states = {row.id: row.status for row in await rows(one, "SELECT id, status FROM approval")}
    for request, (pressed, _) in zip(requests, found, strict=True):
        wanted = Status.APPROVED if pressed.answer.accepted else Status.CANCELLED
        assert states[request.id] == wanted
    ends = await rows(
        one,
        "SELECT subject FROM audit_event WHERE kind IN ('request.decided', 'request.cancelled')",
    )
    assert Counter(row.subject for row in ends) == {each.id: 1 for each in requests}
    assert (await audit(one)).problems == []


async def test_what_is_approved_or_taken_while_a_pause_begins(
    sides: tuple[SqlStore, SqlStore], company: Company
) -> None:
    """Nothing is approved, and no approval taken, after the pause on record."""
    one, two = sides
    waiting = await _submitted(one, company)
    ran = await _submitted(one, company, mode=Mode.AUTO, irreversible=False)
    keeper = SteeringKeeper(two)
    pause = Pause(match="refund.*", by="ann", made_at=NOW)
    change = Change(
        id=new_id("cmd"), kind=Kind.PAUSE, name="refund.*", person="ann", after=pause, matches=("refund.*",)
    )

    async def paused() -> str:
        return (await keeper.change(change)).code

    calls: list[Coroutine[Any, Any, Any]] = []
    for number, (each, taken) in enumerate(zip(waiting, ran, strict=True)):
        side = sides[number % 2]
        calls += [side.move(a_press(each)), side.move(_redeem(taken, "a"))]
        if number == TIMES // 2:
            calls.append(paused())
    for start in range(0, len(calls), 40):
        await asyncio.gather(*calls[start : start + 40])
    after = await asyncio.gather(*(one.move(a_press(each, "ben")) for each in waiting))
    refused = [each for each in after if each.request and each.request.status is Status.PENDING]
    assert refused
    assert not [each for each in refused if each.answer.accepted]
    late = await asyncio.gather(*(one.move(_redeem(each, "a")) for each in ran))
    taken_ids = {
        row.subject
        for row in await rows(one, "SELECT subject FROM audit_event WHERE kind = 'approval.redeemed'")
    }
    assert {each.request.id for each in late if each.request and each.answer.accepted} == taken_ids
    assert len(taken_ids) < TIMES
    assert (await audit(one)).problems == []


async def test_one_idempotency_key_for_two_bodies_at_once(
    sides: tuple[SqlStore, SqlStore], company: Company
) -> None:
    one, two = sides
    company.limit_open_requests(0)
    pairs = [
        (
            one.submit(a_submission(body="a", idempotency_key=f"k{number}")),
            two.submit(a_submission(body="b", idempotency_key=f"k{number}")),
        )
        for number in range(TIMES)
    ]
    codes = [sorted(answer.code for answer in answers) for answers in await _at_once(pairs)]
    assert {tuple(each) for each in codes} == {("created", "key_reused")}


async def test_submissions_at_the_limit_of_open_requests(
    sides: tuple[SqlStore, SqlStore], company: Company
) -> None:
    one, two = sides
    company.limit_open_requests(30)
    answers = await asyncio.gather(*((one, two)[n % 2].submit(a_submission()) for n in range(TIMES)))
    codes = Counter(answer.code for answer in answers)
    assert codes == {"created": 30, "too_many_open": TIMES - 30}
