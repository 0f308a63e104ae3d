"""Reports: what is told apart, what the asker may see, and the requests behind each number."""

import pytest

from bot.domain.choice import Choice
from bot.domain.ids import REQUEST, new_id
from bot.domain.measures.period import Period
from bot.domain.measures.query import Behind, Dimension, Eyes, Page, Query
from bot.domain.measures.report import Row
from bot.domain.moves import Cancel, ReportOutcome
from bot.domain.request import ApprovalRequest, Reason
from bot.domain.status import Mode, OutcomeStatus, ReasonCode
from storage.measures import SqlMeasures
from storage.store import SqlStore
from tests.builders import AGENT, NOW, a_packet, a_press, a_request
from tests.fakes.clock import MovedClock
from tests.storage.measuring_steps import EVERYONE, PERIOD, measured, reported
from tests.storage.steps import Company, a_command, a_submission, submitted

REASON = Reason(code=ReasonCode.WRONG_AMOUNT)


def seen_by(eyes: Eyes, **changes: object) -> Query:
    """A query in somebody's eyes."""
    return Query(period=PERIOD, eyes=eyes, **changes)  # type: ignore[arg-type]  # fields of the query


async def by(store: SqlStore, dimension: Dimension) -> dict[str, Row]:
    """The rows of a report, by value."""
    query = Query(period=PERIOD, eyes=EVERYONE.eyes, by=dimension)
    return {row.value: row for row in (await reported(store, query)).rows}


async def decided(
    store: SqlStore, who: str = "ann", choice: Choice = Choice.APPROVE, **changes: object
) -> ApprovalRequest:
    """A request on which one person decided."""
    request = await submitted(store, **changes)
    await store.move(a_press(request, who, choice=choice, reason=REASON))
    return request


async def failed(store: SqlStore, request: ApprovalRequest) -> ApprovalRequest:
    """Acting on it went wrong."""
    report = ReportOutcome(
        request_id=request.id,
        command_id=a_command(),
        agent=AGENT,
        status=OutcomeStatus.FAILED,
        detail="…",
    )
    await store.move(report)
    return request


async def behind(store: SqlStore, query: Query, number: Behind, **page: object) -> list[str]:
    """The requests behind a number."""
    asked = Page(behind=number, **page)  # type: ignore[arg-type]  # fields of the page
    return list(await SqlMeasures(store).requests(query, asked))


async def test_numbers_are_told_apart_by_rule_action_mode_and_agent(
    store: SqlStore, company: Company
) -> None:
    await decided(store)
    await decided(store, choice=Choice.REJECT, action="credit.issue", rule="big")
    await submitted(store, mode=Mode.AUTO, rule="small", irreversible=False, agent="other-bot")

    assert {value: row.submitted for value, row in (await by(store, Dimension.RULE)).items()} == {
        "default": 1,
        "big": 1,
        "small": 1,
    }
    assert (await by(store, Dimension.ACTION))["credit.issue"].reasons == {ReasonCode.WRONG_AMOUNT: 1}
    assert (await by(store, Dimension.MODE))["auto"].automatic == 1
    assert set(await by(store, Dimension.AGENT)) == {AGENT, "other-bot"}


async def test_versions_of_an_agent_are_named_with_it(store: SqlStore) -> None:
    for version in ("1.0", None):
        packet = a_packet(agent_version=version)
        await store.submit(a_submission(a_request(), packet=packet))

    assert set(await by(store, Dimension.AGENT_VERSION)) == {f"{AGENT} 1.0", AGENT}
    query = EVERYONE.narrowed(Dimension.AGENT_VERSION, f"{AGENT} 1.0")
    assert (await reported(store, query)).total.submitted == 1


async def test_a_channel_is_where_the_decision_came_from(store: SqlStore) -> None:
    await decided(store)
    await submitted(store, mode=Mode.AUTO, irreversible=False)
    await submitted(store)

    rows = await by(store, Dimension.CHANNEL)

    assert rows["slack:C0REFUNDS"].submitted == 2
    assert rows["none"].automatic == 1


async def test_weeks_are_those_in_which_requests_came(store: SqlStore, clock: MovedClock) -> None:
    await submitted(store)
    clock.advance(days=7)
    await decided(store, created_at=clock())

    rows = (await reported(store, Query(period=PERIOD, eyes=EVERYONE.eyes, by=Dimension.WEEK))).rows

    assert [(row.value, row.submitted) for row in rows] == [("2026-03-02", 1), ("2026-03-09", 1)]
    narrow = Period.covering(NOW.date(), NOW.date())
    assert (await reported(store, Query(period=narrow, eyes=EVERYONE.eyes))).total.submitted == 1


async def test_a_weekly_report_has_a_row_a_week_and_value(store: SqlStore, clock: MovedClock) -> None:
    await decided(store)
    clock.advance(days=7)
    await decided(store, created_at=clock())
    await decided(store, created_at=clock(), rule="big")

    query = Query(period=PERIOD, eyes=EVERYONE.eyes, by=Dimension.RULE, weekly=True)
    rows = (await reported(store, query)).rows

    assert [(row.value, str(row.week), row.submitted) for row in rows] == [
        ("default", "2026-03-02", 1),
        ("default", "2026-03-09", 1),
        ("big", "2026-03-09", 1),
    ]


async def test_reviewers_are_measured_by_their_own_votes(store: SqlStore, clock: MovedClock) -> None:
    both = await submitted(store, approve=2)
    await store.move(a_press(both, "ann"))
    await store.move(a_press(both, "ben"))
    await failed(store, both)
    await decided(store, "ben", Choice.REJECT)

    rows = await by(store, Dimension.REVIEWER)

    assert (rows["ann"].submitted, rows["ann"].approved, rows["ann"].errors) == (1, 1, 1)
    assert (rows["ben"].approved, rows["ben"].rejected, rows["ben"].errors) == (1, 1, 1)


async def test_a_lead_sees_the_numbers_of_their_actions_and_of_no_others(store: SqlStore) -> None:
    await decided(store)
    await decided(store, action="credit.issue")
    lead = seen_by(Eyes(actions=("refund.*",)), by=Dimension.ACTION)

    report = await reported(store, lead)

    assert [row.value for row in report.rows] == ["refund.issue"]
    assert report.total.submitted == 1


async def test_an_agent_sees_its_own_requests_and_no_reviewer(store: SqlStore, company: Company) -> None:
    await decided(store)
    await decided(store, agent="other-bot")
    eyes = Eyes(agent="other-bot")

    assert (await reported(store, seen_by(eyes))).total.submitted == 1
    assert (await reported(store, seen_by(eyes, by=Dimension.REVIEWER))).rows == ()


async def test_somebody_who_leads_nothing_sees_their_own_votes(store: SqlStore) -> None:
    await decided(store, "ann")
    await decided(store, "ben")
    await submitted(store)
    eyes = Eyes(person="ben")

    report = await reported(store, seen_by(eyes, by=Dimension.REVIEWER))

    assert [(row.value, row.approved) for row in report.rows] == [("ben", 1)]
    assert (await reported(store, seen_by(eyes))).total.submitted == 1
    assert (await reported(store, seen_by(eyes, by=Dimension.CHANNEL))).rows == ()


async def test_nobody_in_particular_sees_nothing(store: SqlStore) -> None:
    await decided(store)
    assert (await reported(store, seen_by(Eyes()))).total.submitted == 0


async def test_an_action_may_be_asked_for_by_a_pattern(store: SqlStore) -> None:
    await decided(store)
    await decided(store, action="refund.cancel")
    await decided(store, action="credit.issue")
    assert (await reported(store, EVERYONE.narrowed(Dimension.ACTION, "refund.*"))).total.submitted == 2


async def test_a_report_says_until_when_it_has_counted(store: SqlStore, clock: MovedClock) -> None:
    assert (await reported(store)).counted_until is None
    await decided(store)
    clock.advance(minutes=5)
    assert (await reported(store)).counted_until == clock()


@pytest.mark.parametrize(
    ("number", "expected"),
    [
        (Behind.SUBMITTED, "abcde"),
        (Behind.APPROVED, "ab"),
        (Behind.REJECTED, "c"),
        (Behind.PENDING, "d"),
        (Behind.CANCELLED, "e"),
        (Behind.ERRORS, "b"),
        (Behind.OUTCOMES, "b"),
        (Behind.EXPIRED, ""),
        (Behind.SAMPLED, ""),
        (Behind.RATED, ""),
    ],
)
async def test_the_requests_behind_a_number_are_those_that_it_counts(
    store: SqlStore, clock: MovedClock, number: Behind, expected: str
) -> None:
    requests = {"a": await decided(store), "b": await failed(store, await decided(store))}
    requests |= {"c": await decided(store, choice=Choice.REJECT), "d": await submitted(store)}
    requests["e"] = gone = await submitted(store)
    await store.move(Cancel(request_id=gone.id, command_id=a_command(), agent=AGENT, reason="…"))
    report = await reported(store)

    found = await behind(store, EVERYONE, number)

    assert set(found) == {requests[name].id for name in expected}
    assert len(found) == getattr(report.total, number.value)


async def test_the_requests_of_one_row_are_found_by_its_value(store: SqlStore) -> None:
    wanted = await decided(store, "ben", Choice.REJECT, rule="big")
    await decided(store, "ann", Choice.REJECT, rule="big")
    await decided(store, "ben", rule="small")
    await measured(store)
    narrow = EVERYONE.narrowed(Dimension.RULE, "big").narrowed(Dimension.REVIEWER, "ben")

    assert await behind(store, narrow, Behind.REJECTED) == [wanted.id]
    assert await behind(store, narrow, Behind.REJECTED, reason=REASON.code) == [wanted.id]
    assert await behind(store, narrow, Behind.REJECTED, reason=ReasonCode.TONE) == []


async def test_pages_go_from_the_newest_to_the_oldest(store: SqlStore, clock: MovedClock) -> None:
    ids = []
    for _ in range(5):
        at = clock()
        ids.append((await decided(store, created_at=at, id=a_request_id(at.timestamp()))).id)
        clock.advance(days=3)
    await measured(store)

    first = await behind(store, EVERYONE, Behind.APPROVED, limit=2)
    second = await behind(store, EVERYONE, Behind.APPROVED, limit=2, before=first[-1])
    third = await behind(store, EVERYONE, Behind.APPROVED, limit=2, before=second[-1])

    assert [*first, *second, *third] == ids[::-1]


async def test_a_lead_finds_no_requests_that_they_may_not_see(store: SqlStore) -> None:
    await decided(store, action="credit.issue")
    await measured(store)
    assert await behind(store, seen_by(Eyes(actions=("refund.*",))), Behind.APPROVED) == []


async def test_hasty_approvals_lead_to_their_requests(store: SqlStore, clock: MovedClock) -> None:
    requests = [await submitted(store) for _ in range(3)]
    clock.advance(hours=1)
    for request in requests:
        clock.advance(seconds=1)
        await store.move(a_press(request))
    await measured(store)

    assert set(await behind(store, EVERYONE, Behind.HASTY)) == {request.id for request in requests[1:]}
    own = EVERYONE.narrowed(Dimension.REVIEWER, "ann")
    assert set(await behind(store, own, Behind.HASTY)) == {request.id for request in requests[1:]}


def a_request_id(at: float) -> str:
    """An id made at a moment."""
    return new_id(REQUEST, at=at)
