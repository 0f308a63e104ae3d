"""An agent's own numbers over HTTP."""

from typing import Any
from urllib.parse import quote

import pytest

from bot.domain.measures.findings import Findings
from bot.domain.status import ReasonCode
from tests.adapters.agents.door import Door
from tests.domain.measures.test_notices import FOUND
from tests.fakes.counted_measures import Case

CASES = [
    Case(id="apr_1", ended="approved", by=("ann",), took=60.0, went_well=True),
    Case(id="apr_2", ended="rejected", by=("ben",), took=600.0, reason=ReasonCode.TOO_RISKY),
    Case(id="apr_3", ended="automatic", action="credit.issue", rule="small", agreed=True),
    Case(id="apr_4", ended="approved", by=("ann",), agent="other-bot", action="mail.send"),
]


@pytest.fixture
def counted(door: Door) -> Door:
    door.measures.cases = CASES
    return door


async def stats(door: Door, query: str = "", token: str = "") -> Any:
    answer = await door.ask("GET", f"/v1/stats{query}", token=token)
    assert answer.status == 200, answer.text
    return answer.json


async def test_an_agent_sees_how_its_requests_were_decided(counted: Door) -> None:
    told = await stats(counted)

    total = told["total"]
    assert (total["submitted"], total["automatic"], total["approved"], total["rejected"]) == (3, 1, 1, 1)
    assert total["reasons"] == {"too_risky": 1}
    assert total["rates"]["approved"] | {"low": 0, "high": 0} == {
        "hits": 1, "of": 2, "share": 0.5, "low": 0, "high": 0,
    }  # fmt: skip
    assert total["rates"]["overridden"]["share"] == 0.0
    assert total["turnaround"] == {"n": 2, "median_s": 60.0, "p95_s": 600.0}
    assert (told["from"], told["until"], told["by"], told["rows"]) == ("2026-02-09", "2026-03-09", None, [])


async def test_every_agent_sees_its_own_alone(counted: Door) -> None:
    assert (await stats(counted, token=counted.other_token))["total"]["submitted"] == 1
    by_action = await stats(counted, "?by=action", token=counted.other_token)
    assert [row["value"] for row in by_action["rows"]] == ["mail.send"]


async def test_numbers_are_told_apart_and_narrowed_down(counted: Door) -> None:
    rows = (await stats(counted, "?by=rule"))["rows"]
    assert [(row["value"], row["submitted"]) for row in rows] == [("default", 2), ("small", 1)]
    assert (await stats(counted, "?action=credit.*"))["total"]["submitted"] == 1
    assert (await stats(counted, "?rule=small&weeks=1"))["total"]["submitted"] == 1
    assert (await stats(counted, "?from=2026-01-05&until=2026-01-18"))["total"]["submitted"] == 0


async def test_an_agent_is_told_what_stands_out_about_itself_and_nobody_else(counted: Door) -> None:
    counted.measures.found = FOUND

    told = (await stats(counted))["findings"]

    assert [each["concern"] for each in told] == ["drift", "calibration"]
    assert "Ben" not in str(told)
    counted.measures.found = Findings()
    assert (await stats(counted))["findings"] == []


@pytest.mark.parametrize(
    ("query", "field", "remedy"),
    [
        ("?by=reviewer", "by", "send one of"),
        ("?by=agent", "by", "send one of"),
        ("?by=", "by", "send one of"),
        ("?weeks=0", "weeks", "1 is the least"),
        ("?weeks=521", "weeks", "520 is the most"),
        ("?weeks=many", "weeks", "a whole number"),
        ("?weeks=4&from=2026-01-05", "weeks", "send one of the two"),
        ("?from=yesterday", "from", "send it as 2026-03-02"),
        ("?from=20260302", "from", "send it as 2026-03-02"),
        ("?from=0001-01-01", "from", "send it as 2026-03-02"),
        ("?from=9999-12-31", "from", "send it as 2026-03-02"),
        ("?from=2026-02-30", "from", "send it as 2026-03-02"),
        ("?until=2026-01-05", "from", "send both"),
        ("?from=2026-03-02&until=2026-01-05", "from", "exchange them"),
        ("?from=2000-01-01", "from", "at most 520 weeks"),
        ("?action=", "action", "leave it out"),
        ("?action=%00", "action", "as a report gives it"),
        ("?action=" + "a" * 301, "action", "at most 300"),
        ("?rule=" + quote("a\u202eb"), "rule", "as a report gives it"),
        ("?reviewer=ann", "reviewer", "leave it out"),
        ("?agent=other-bot", "agent", "leave it out"),
        ("?by=rule&by=week", "by", "send it once"),
    ],
)
async def test_what_cannot_be_asked_is_told_by_field_and_remedy(
    counted: Door, query: str, field: str, remedy: str
) -> None:
    answer = await counted.ask("GET", f"/v1/stats{query}")

    assert remedy in answer.problem(422, field=field)


async def test_nobody_without_a_key_is_told_anything(counted: Door) -> None:
    assert (await counted.ask("GET", "/v1/stats", token=None)).status == 401
