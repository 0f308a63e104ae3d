"""Weeks of made-up history: the measures find what was planted in it, and nothing else, on both databases."""

from collections import Counter
from collections.abc import Iterator
from dataclasses import replace
from itertools import islice

import pytest
from sqlalchemy import Engine

from bench.history.company import AGENTS, OVERLOADED, WEEKS
from bench.history.filling import BEGINS_AT, SEED, fill
from bench.history.happenings import Fate, Happening
from bench.history.measuring import roll, whole
from bench.history.planted import differences
from bench.history.requests import made, terms
from bot.domain import lifecycle
from bot.domain.choice import Choice
from bot.domain.directory import AgentEntry, Directory
from bot.domain.measures.measuring import PacketFacts, Seen, measured
from bot.domain.measures.query import Dimension
from bot.domain.moves import Due, Edited, Facts, Move, ReportOutcome
from bot.domain.request import ApprovalRequest, Progress, Reason
from bot.domain.status import OutcomeStatus, Status
from storage.engine import read_engine, write_engine
from storage.measure_findings import findings
from storage.measure_reports import report
from storage.terms_book import TermsBook
from storage.verifying import verify
from tests.builders import OTHER_DIGEST, a_directory, a_packet, a_person, a_press

PEOPLE = a_directory(
    *(a_person(name) for name in WEEKS.people),
    groups={"reviewers": WEEKS.people},
    agents={name: AgentEntry(name=name, owner="cat") for name in AGENTS},
)


@pytest.fixture
def history(url: str) -> Iterator[Engine]:
    """A database with weeks of history, measured."""
    reads, writes = read_engine(url), write_engine(url)
    assert list(fill(writes, WEEKS))[-1] == WEEKS.requests
    assert sum(roll(reads, writes)) == WEEKS.requests
    yield reads
    reads.dispose()
    writes.dispose()


def happenings() -> list[Happening]:
    """All that happens in these weeks."""
    return list(Fate(WEEKS, BEGINS_AT, SEED).happenings())


@pytest.mark.timeout(300)
def test_the_measures_find_what_was_planted_and_nothing_else(history: Engine) -> None:
    query = whole(WEEKS)
    with history.connect() as connection:
        found = findings(connection, query, Directory(), TermsBook())
        total = report(connection, query).total
        by_person = report(connection, query.narrowed(Dimension.REVIEWER, OVERLOADED)).total
        audit = verify(connection, lambda *_: True)

    assert list(differences(found)) == []
    ends = Counter(each.end for each in happenings())
    assert total.submitted == WEEKS.requests
    assert (total.automatic, total.rejected, total.edited) == (ends[None], ends["reject"], ends["edit"])
    assert (total.approved, total.expired) == (ends["approve"] + ends["edit"], ends["expire"])
    assert by_person.submitted == sum(each.person == OVERLOADED for each in happenings())
    assert audit.unsealed == 0
    assert [each for each in audit.problems if "chain" in each or "Seal" in each] == []


@pytest.mark.parametrize("end", ["approve", "edit", "reject", "expire"])
def test_a_made_up_request_is_measured_as_one_that_lived_through_its_moves(end: str) -> None:
    by_action = terms()
    for happening in islice((each for each in happenings() if each.end == end), 20):
        written = made(happening, by_action).request
        lived = _lived(happening, written)
        assert lived.revision == written.revision
        assert measured(lived, PacketFacts(), Seen()) == measured(written, PacketFacts(), Seen())


def _lived(happening: Happening, written: ApprovalRequest) -> ApprovalRequest:
    """The same request after the moves that the happening stands for."""
    new = replace(written, status=Status.PENDING, version=0, revision=1, progress=Progress())
    request = lifecycle.open_request(new, Facts(now=happening.at, directory=PEOPLE)).request
    assert happening.ended_at is not None
    move = _move(happening, request)
    request = lifecycle.fold(request, move, Facts(now=happening.ended_at, directory=PEOPLE)).request
    if happening.outcome is None:
        return request
    told = ReportOutcome(
        request_id=request.id,
        command_id="outcome",
        agent=request.agent,
        status=OutcomeStatus(happening.outcome),
        detail="",
    )
    return lifecycle.fold(request, told, Facts(now=happening.ended_at, directory=PEOPLE)).request


def _move(happening: Happening, request: ApprovalRequest) -> Move:
    if happening.end == "expire":
        return Due(request_id=request.id, command_id="due")
    platform = happening.line.channel.partition(":")[0]
    reason = None if happening.reason is None else Reason(code=happening.reason)
    press = a_press(request, happening.person, Choice(happening.end or ""), platform, reason=reason)
    if happening.end != "edit":
        return press
    proposal = replace(request.proposal, digest=OTHER_DIGEST)
    return replace(press, edited=Edited(proposal=proposal, packet=a_packet()))
