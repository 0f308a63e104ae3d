"""The requests behind every number are those that it counts, page by page, whatever they are."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import asdict, replace
from datetime import timedelta
from functools import partial
from random import Random
from typing import Any

import pytest
from sqlalchemy import Connection, insert

from bot.domain.measures.lanes import count, packed
from bot.domain.measures.measure import Ending, Measure, VoteMeasure
from bot.domain.measures.period import monday
from bot.domain.measures.query import Behind, Dimension, Eyes, Page, Query
from bot.domain.measures.tally import LANE, Slice, Tally, slice_of, slice_of_vote, tallies
from bot.domain.status import DecisionType, Mode, OutcomeStatus, ReasonCode
from storage.measure_cells import cells
from storage.measure_requests import requests_behind
from storage.measure_rows import measure_row, vote_row
from storage.measure_tables import MeasureRow, MeasureSliceRow, MeasureVoteRow, MeasureWeekRow
from storage.store import SqlStore
from tests.builders import NOW
from tests.storage.conftest import Opener
from tests.storage.effort import Steps
from tests.storage.measuring_steps import EVERYONE, PERIOD
from tests.storage.steps import execute

PEOPLE = ("ann", "ben", "cat")
#: in the eyes of an operator, of an agent, of a lead who voted elsewhere too; of one agent, of one reviewer
QUERIES = (
    EVERYONE,
    EVERYONE.narrowed(Dimension.AGENT, "bot-1"),
    EVERYONE.narrowed(Dimension.REVIEWER, "ann"),
    replace(EVERYONE.narrowed(Dimension.REVIEWER, "ben"), eyes=Eyes(actions=("refund.*",), person="ben")),
    Query(period=PERIOD, eyes=Eyes(agent="bot-0")),
    Query(period=PERIOD, eyes=Eyes(actions=("refund.*",), person="ann")),
)


class _Made:
    """Measures of every kind, in a few weeks and under a few slices."""

    def __init__(self, seed: int) -> None:
        self._random = Random(seed)

    def measures(self, many: int) -> Iterator[Measure]:
        """So many of them."""
        for number in range(many):
            yield self._measure(f"apr_{number:05d}")

    def _measure(self, request_id: str) -> Measure:
        pick = self._random.choice
        created_at = NOW - timedelta(days=self._random.randint(0, 30))
        ending = pick(list(Ending))
        is_decided = ending in (Ending.APPROVED, Ending.REJECTED)
        return Measure(
            request_id=request_id,
            created_at=created_at,
            agent=pick(("bot-0", "bot-1")),
            agent_version="",
            action=pick(("refund.issue", "mail.send")),
            rule=pick(("small", "big")),
            policy_version="v1",
            mode=Mode.GATE.value,
            channel="web",
            ending=ending,
            edited=pick((False, False, True)),
            reverted=(reverted := pick((False, False, True))),
            reason=pick(list(ReasonCode)) if ending is Ending.REJECTED else None,
            length=400,
            sampler=(sampler := pick((None, *PEOPLE))),
            agreed=None if sampler is None else pick((True, False)),
            reverter=pick(PEOPLE) if reverted and ending is Ending.AUTOMATIC else None,
            rated_right=pick((None, None, True, False)),
            outcome=pick((None, *OutcomeStatus)),
            votes=tuple(self._votes(created_at)) if is_decided else (),
        )

    def _votes(self, created_at: Any) -> Iterator[VoteMeasure]:
        pick = self._random
        for number, person in enumerate(pick.sample(PEOPLE, pick.randint(1, 2))):
            decision = pick.choice(list(DecisionType))
            yield VoteMeasure(
                person=person,
                at=created_at + timedelta(minutes=number),
                decision=decision,
                reason=pick.choice(list(ReasonCode)) if decision is DecisionType.REJECT else None,
                deliberation=pick.choice((None, 900, 90_000)),
            )


def _store(connection: Connection, found: Sequence[Measure]) -> None:
    """Put measures, and what they add up to, where they are read from."""
    sums: defaultdict[tuple[str, int], Tally] = defaultdict(Tally)
    numbers: dict[Slice, int] = {}
    for measure in found:
        for week, under, tally in tallies(measure):
            sums[week.isoformat(), numbers.setdefault(under, len(numbers) + 1)] += tally
    votes = [
        vote_row(measure, vote, numbers[slice_of_vote(measure, vote.person)])
        for measure in found
        for vote in measure.votes
    ]
    weeks = [
        {"week": week, "slice": number, "counts": packed(tally.counts), "times": b""}
        for (week, number), tally in sums.items()
    ]
    for table, rows in (
        (MeasureSliceRow, [{"id": number, **asdict(each)} for each, number in numbers.items()]),
        (MeasureRow, [measure_row(measure, numbers[slice_of(measure)]) for measure in found]),
        (MeasureVoteRow, votes),
        (MeasureWeekRow, weeks),
    ):
        connection.execute(insert(table), rows)


def _counted(connection: Connection, found: Sequence[Measure], query: Query, name: str) -> list[str]:
    """Ids of what adds to a count that a query reads, newest first: of weeks, then of ids."""
    there = {cell.slice for cell in cells(connection, query, times=False)}
    adding = {
        (week, measure.request_id)
        for measure in found
        for week, under, tally in tallies(measure)
        if under in there and count(tally.counts, LANE[name])
    }
    return [request_id for _, request_id in sorted(adding, reverse=True)]


def _paged(connection: Connection, query: Query, page: Page) -> list[str]:
    """Everything behind a number, page by page."""
    ids: list[str] = []
    while some := requests_behind(connection, query, page):
        assert len(some) <= page.limit
        ids += some
        page = replace(page, before=ids[-1])
    return ids


async def test_behind_every_number_are_those_that_add_to_it(store: SqlStore) -> None:
    # Newer requests have later ids, as they are made.
    made = sorted(_Made(1).measures(200), key=lambda measure: measure.created_at)
    found = [replace(measure, request_id=f"apr_{n:05d}") for n, measure in enumerate(made)]
    await store.write(lambda connection, _: _store(connection, found))

    def run(connection: Connection) -> None:
        seen = 0
        for query in QUERIES:
            for behind in Behind:
                expected = _counted(connection, found, query, behind.value)
                assert _paged(connection, query, Page(behind=behind, limit=25)) == expected, (query, behind)
                seen += len(expected)
            for reason in ReasonCode:
                expected = _counted(connection, found, query, f"reason_{reason.value}")
                page = Page(behind=Behind.REJECTED, reason=reason, limit=25)
                assert _paged(connection, query, page) == expected, (query, reason)
        assert seen > 1000

    await store.query(run)


def _of_a_week(weeks_ago: int, many: int) -> Iterator[Measure]:
    """Approvals under two rules, of which the first few went wrong, and as many that wait and came later."""
    (one,) = _Made(0).measures(1)
    vote = VoteMeasure(person="ann", at=NOW, decision=DecisionType.APPROVE)
    alike = replace(one, created_at=NOW - timedelta(weeks=weeks_ago), sampler=None, agreed=None)
    alike = replace(alike, edited=False, reverted=False, reverter=None, reason=None, rated_right=None)
    for number in range(many):
        outcome = OutcomeStatus.FAILED if number < 9 else OutcomeStatus.SUCCEEDED
        request_id = f"apr_{9 - weeks_ago}{number:05d}"
        done = replace(alike, request_id=request_id, ending=Ending.APPROVED, outcome=outcome, votes=(vote,))
        waits = number > many // 2
        done = replace(done, rule=("small", "big")[number % 2])
        yield replace(done, ending=Ending.PENDING, outcome=None, votes=()) if waits else done


@pytest.mark.parametrize(
    ("query", "behind"),
    [
        (EVERYONE, Behind.APPROVED),
        (EVERYONE, Behind.ERRORS),
        (EVERYONE.narrowed(Dimension.REVIEWER, "ann"), Behind.APPROVED),
    ],
)
async def test_a_page_costs_no_more_in_a_week_of_more_requests(
    sqlite_database: str, open_at: Opener, query: Query, behind: Behind
) -> None:
    """However seldom what is asked for: what ended in another way, or as it should, is not gone through."""
    store = open_at(sqlite_database)
    weeks = {1: 300, 2: 3_000}
    found = [measure for ago, many in weeks.items() for measure in _of_a_week(ago, many)]
    await store.write(lambda connection, _: _store(connection, found))
    await execute(store, "ANALYZE")
    steps, taken = Steps(store), []
    for ago in weeks:
        week = query.narrowed(Dimension.WEEK, monday((NOW - timedelta(weeks=ago)).date()).isoformat())
        steps.taken = 0
        got = await store.query(partial(requests_behind, query=week, page=Page(behind=behind, limit=5)))
        assert len(got) == 5
        taken.append(steps.taken)

    few, many = taken
    assert 0 < many < 1.2 * few + 200
