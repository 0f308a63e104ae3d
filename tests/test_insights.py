"""Numbers in the eyes of whoever asks."""

from datetime import UTC, date, datetime

import pytest

from bot.domain.errors import Invalid
from bot.domain.measures.findings import Findings
from bot.domain.measures.period import Period
from bot.domain.measures.query import Dimension, Page
from bot.domain.sight import Sight
from bot.insights import Asked, Insights
from tests.adapters.web.desk import InboxDesk
from tests.domain.measures.test_notices import FOUND, LOAD, STAMP
from tests.fakes.counted_measures import Case, CountedMeasures

WEEKS = Period.last(4, date(2026, 3, 6))
CASES = (
    Case(ended="approved", by=("ann",)),
    Case(ended="rejected", by=("ben",)),
    Case(ended="automatic", action="credit.issue"),
    Case(ended="approved", action="credit.issue", by=("ann",)),
    Case(ended="approved", action="mail.send", by=("ben",), agent="other-bot"),
)
#: ann decides refunds, lea leads them, olga owns the policy, and ben voted
SIGHTS = {
    "ann": Sight(person="ann", actions=("refund.*",)),
    "lea": Sight(person="lea", actions=("refund.*", "credit.*"), people=("refund.*",)),
    "olga": Sight(person="olga", actions=("*",), people=("*",)),
}


def insights(measures: CountedMeasures) -> Insights:
    desk = InboxDesk()
    return Insights(
        measures=measures,
        sight=lambda person: SIGHTS.get(person, Sight(person=person)),
        store=desk.store,
        directory=lambda: desk.policy.directory,
        clock=lambda: datetime(2026, 3, 6, tzinfo=UTC),
    )


async def seen(person: str, by: Dimension, **where: str) -> dict[str, int]:
    asked = Asked(period=WEEKS, by=by, where={Dimension(name): value for name, value in where.items()})
    report = await insights(CountedMeasures(*CASES)).report(person, asked)
    return {row.value: row.submitted for row in report.rows}


@pytest.mark.parametrize(
    ("person", "actions"),
    [
        ("olga", {"refund.issue": 2, "credit.issue": 2, "mail.send": 1}),
        ("lea", {"refund.issue": 2, "credit.issue": 2}),
        ("ann", {"refund.issue": 2, "credit.issue": 1}),
        ("ben", {"refund.issue": 1, "mail.send": 1}),
        ("stranger", {}),
    ],
)
async def test_numbers_are_of_what_somebody_leads_decides_or_voted_on(
    person: str, actions: dict[str, int]
) -> None:
    assert await seen(person, Dimension.ACTION) == actions


@pytest.mark.parametrize(
    ("person", "people"),
    [
        ("olga", {"ann": 2, "ben": 2}),
        ("lea", {"ann": 1, "ben": 1}),
        ("ann", {"ann": 2}),
        ("ben", {"ben": 2}),
        ("stranger", {}),
    ],
)
async def test_what_single_reviewers_did_is_told_to_leads_and_to_themselves(
    person: str, people: dict[str, int]
) -> None:
    assert await seen(person, Dimension.REVIEWER) == people


async def test_asking_for_one_reviewer_is_asking_about_a_person() -> None:
    assert await seen("ann", Dimension.ACTION, reviewer="ben") == {}
    assert await seen("lea", Dimension.ACTION, reviewer="ben") == {"refund.issue": 1}


async def test_findings_about_people_are_for_leads_and_for_themselves() -> None:
    asked = Asked(period=WEEKS)

    assert await insights(CountedMeasures(findings=FOUND)).findings("olga", asked) == FOUND
    found = await insights(CountedMeasures(findings=FOUND)).findings("ann", asked)
    assert (found.rubber_stamps, found.overloads) == ((), (LOAD,))
    assert found.drifts == FOUND.drifts


async def test_an_agent_is_told_nothing_of_reviewers() -> None:
    told = await insights(CountedMeasures(findings=FOUND)).findings_of_agent(
        "support-bot", Asked(period=WEEKS)
    )

    assert told == Findings(drifts=FOUND.drifts, calibrations=FOUND.calibrations)
    assert STAMP not in told.rubber_stamps


async def test_an_agent_sees_its_own_requests_alone() -> None:
    report = await insights(CountedMeasures(*CASES)).of_agent("other-bot", Asked(period=WEEKS))

    assert report.total.submitted == 1


async def test_the_requests_behind_a_number_are_opened_by_who_may_see_each() -> None:
    desk = InboxDesk()
    requests = sorted([await desk.ask() for _ in range(3)], key=lambda request: request.id)
    cases = [Case(id=request.id, on=desk.clock().date()) for request in requests]
    asked = Asked(period=Period.last(1, desk.clock().date()))
    told = Insights(
        measures=CountedMeasures(*cases),
        sight=lambda person: Sight(person=person, actions=("*",)),
        store=desk.store,
        directory=lambda: desk.policy.directory,
        clock=desk.clock,
    )

    first = await told.behind("ann", asked, Page(limit=2))
    assert [stored.request.id for stored in first.stored] == [requests[2].id, requests[1].id]
    assert (first.hidden, first.following) == (0, requests[1].id)
    rest = await told.behind("ann", asked, Page(limit=2, before=first.following))
    assert [stored.request.id for stored in rest.stored] == [requests[0].id]
    assert rest.following is None
    nothing = await told.behind("cat", asked, Page(limit=2))
    assert (list(nothing.stored), nothing.hidden) == ([], 2)


async def test_what_does_not_go_together_is_told() -> None:
    with pytest.raises(Invalid):
        await seen("olga", Dimension.CHANNEL, reviewer="ben")
