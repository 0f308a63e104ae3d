"""The dashboard: what it shows to whom, with scripts and without."""

import html
import json
import re
from dataclasses import replace
from typing import Any
from urllib.parse import quote

import pytest

from bot.domain.measures.query import Dimension
from bot.domain.request import ApprovalRequest
from bot.domain.sight import Sight
from bot.domain.status import ReasonCode
from tests.adapters.web.desk import InboxDesk
from tests.domain.measures.test_notices import FOUND
from tests.fakes.browser import Browser, Page
from tests.fakes.counted_measures import Case

EVERYTHING = Sight(person="ann", actions=("*",), people=("*",))


@pytest.fixture
async def ann(desk: InboxDesk) -> Browser:
    """Ann leads everything and sees three requests and what was found."""
    requests = [await desk.ask() for _ in range(3)]
    desk.measures.cases = cases(desk, requests)
    desk.measures.found = FOUND
    desk.sights["ann"] = EVERYTHING
    return await desk.signed_in("ann")


def cases(desk: InboxDesk, requests: list[ApprovalRequest]) -> list[Case]:
    first, second, third = (Case(id=request.id, on=desk.clock().date()) for request in requests)
    return [
        replace(first, ended="rejected", by=("ben",), reason=ReasonCode.POLICY, took=600.0),
        replace(second, ended="edited", by=("ann",), took=60.0, went_well=False),
        replace(third, ended="automatic", rule="small-credit", action="credit.issue", agreed=True),
    ]


def charts(page: Page) -> list[Any]:
    return [json.loads(html.unescape(each)) for each in re.findall(r'data-chart="([^"]*)"', page.text)]


def links(page: Page) -> list[str]:
    found = re.findall(r'href="(/measures[^"]*)"', page.text)
    return sorted({html.unescape(each) for each in found})


def rows(page: Page) -> list[str]:
    return re.findall(r'<article class="row[^"]*" id="(apr_\w+)"', page.text)


async def test_what_needs_attention_comes_first(ann: Browser) -> None:
    text = (await ann.get("/measures")).text

    for sentence in (
        "It drifts.",
        "Ben stamps.",
        "Ann has too much.",
        "It is too sure.",
        "Nothing is changed.",
    ):
        assert text.index("What needs attention") < text.index(sentence) < text.index("Requests by week")


async def test_a_quiet_time_says_that_nothing_stands_out(ann: Browser, desk: InboxDesk) -> None:
    desk.measures.found = replace(FOUND, drifts=(), rubber_stamps=(), overloads=(), calibrations=())
    desk.measures.found = replace(desk.measures.found, ceremonial_gates=())

    assert "Nothing stands out" in (await ann.get("/measures")).text


async def test_the_charts_hold_the_numbers_and_the_tables_say_the_same(ann: Browser) -> None:
    page = await ann.get("/measures?weeks=4")

    volume = charts(page)[0]
    assert len(volume["x"]) == 4
    assert {each["name"]: each["values"][-1] for each in volume["series"]} == {
        "automatic": 1,
        "edited": 1,
        "rejected": 1,
    }
    assert {chart["unit"] for chart in charts(page)} >= {"count", "seconds", "percent"}
    for heading in ("Automatic", "Edited", "Rejected", "Median", "Against policy"):
        assert f">{heading}</th>" in page.text
    assert ">10 min</td>" in page.text


async def test_every_number_leads_to_the_requests_behind_it(ann: Browser) -> None:
    page = await ann.get("/measures?weeks=4")

    rejected = next(each for each in links(page) if "behind=rejected" in each and "weeks=4" in each)
    listed = await ann.get(rejected)
    assert "<h1>Rejected</h1>" in listed.text
    assert len(rows(listed)) == 1
    assert f'href="/requests/{rows(listed)[0]}"' in listed.text
    policy = next(each for each in links(page) if "reason=policy" in each)
    assert "Rejected: against policy" in (await ann.get(policy)).text
    assert rows(await ann.get(policy)) == rows(listed)


async def test_every_link_of_every_page_leads_somewhere(ann: Browser) -> None:
    pages = ["/measures", *(f"/measures/{dimension.value}" for dimension in Dimension)]
    found = {link for path in pages for link in links(await ann.get(path))}

    assert len(found) > 40
    for link in found:
        assert (await ann.get(link)).status == 200, link


@pytest.mark.parametrize("dimension", Dimension)
async def test_numbers_are_told_apart(ann: Browser, dimension: Dimension) -> None:
    page = await ann.get(f"/measures/{dimension.value}")

    values = {
        Dimension.RULE: "small-credit",
        Dimension.AGENT: "support-bot",
        Dimension.AGENT_VERSION: "support-bot 1",
        Dimension.ACTION: "credit.issue",
        Dimension.REVIEWER: ">Ben</a>",
        Dimension.CHANNEL: "web:support",
        Dimension.WEEK: "week of 2 Mar 2026",
        Dimension.MODE: "auto",
        Dimension.POLICY_VERSION: "p1",
    }
    assert values[dimension] in page.text


async def test_a_table_is_sorted_by_what_was_chosen(ann: Browser) -> None:
    def order(page: Page) -> bool:
        return page.text.index(">small-credit</a>") < page.text.index(">default</a>")

    assert not order(await ann.get("/measures/rule"))
    assert order(await ann.get("/measures/rule?sort=automatic"))
    sorted_by = await ann.get("/measures/rule?sort=automatic")
    assert sorted_by.text.count('aria-sort="descending"') == 1
    assert (await ann.get("/measures/rule?sort=nonsense")).status == 200


async def test_what_is_chosen_narrows_every_number(ann: Browser) -> None:
    page = await ann.get("/measures?action=credit.issue&weeks=4")

    assert '<p class="tile-value">1</p>' in page.text
    assert all("action=credit.issue" in each for each in links(page) if "behind=automatic" in each)
    assert 'aria-label="Not only action credit.issue"' in page.text


async def test_somebody_who_leads_and_decides_nothing_sees_their_own_votes_alone(
    ann: Browser, desk: InboxDesk
) -> None:
    cat = await desk.signed_in("cat")

    for path in ("/measures", "/measures/reviewer", "/measures/action", "/measures/requests"):
        text = (await cat.get(path)).text
        for told in ("refund.issue", "small-credit", "Ben stamps", "Ann has too much", "apr_", ">Ben</a>"):
            assert told not in text, path
        assert "these numbers are of what you voted on" in text


async def test_a_reviewer_sees_numbers_of_what_they_decide_and_of_nobody_else(
    ann: Browser, desk: InboxDesk
) -> None:
    desk.sights["ben"] = Sight(person="ben", actions=("refund.*",))
    ben = await desk.signed_in("ben")

    assert "refund.issue" in (await ben.get("/measures/action")).text
    assert "credit.issue" not in (await ben.get("/measures/action")).text
    people = (await ben.get("/measures/reviewer")).text
    assert (">Ben</a>" in people, ">Ann</a>" in people) == (True, False)
    overview = (await ben.get("/measures")).text
    assert "It drifts." in overview
    assert ("Ben stamps." in overview, "Ann has too much." in overview) == (True, False)
    assert "There is nothing to tell apart" in (await ben.get("/measures/rule?reviewer=ann")).text


async def test_requests_that_are_not_theirs_to_open_are_counted_and_not_named(
    ann: Browser, desk: InboxDesk
) -> None:
    desk.sights["cat"] = Sight(person="cat", actions=("*",), people=("*",))

    page = await (await desk.signed_in("cat")).get("/measures/requests")

    assert "3 requests on this page wait for a quality check, or are not yours to open" in page.text
    assert "Refund" not in page.text
    assert "apr_" not in page.text


async def test_a_long_list_goes_on_on_the_next_page(ann: Browser, desk: InboxDesk) -> None:
    asked = [await desk.ask() for _ in range(60)]
    desk.measures.cases = [Case(id=each.id, on=desk.clock().date()) for each in asked]

    first = await ann.get("/measures/requests")
    assert len(rows(first)) == 50
    [older] = [each for each in links(first) if "before=" in each]
    rest = await ann.get(older)
    assert sorted(rows(first) + rows(rest)) == sorted(each.id for each in asked)
    assert not [each for each in links(rest) if "before=" in each]


@pytest.mark.parametrize(
    "query",
    [
        *("weeks=0", "weeks=9999", "weeks=-1", "weeks=four", "weeks=" + "9" * 5000, "from=2026-03-02T00:00"),
        *("from=0000-00-00", "until=2026-03-02", "from=9999-12-31", "from=2026-04-01&until=2026-03-01"),
        *("from=1999-12-31", "action=%00", "rule=" + "a" * 301, "agent=a%0d%0ab", "reviewer=%E2%80%AE"),
        *("reviewer=ann&channel=web:x", "behind=everything", "reason=whim", "before=1", "before=' or 1=1"),
    ],
)
async def test_an_address_that_asks_for_nothing_sensible_is_answered_with_a_sentence(
    ann: Browser, query: str
) -> None:
    page = await ann.get(f"/measures/requests?{query}")

    assert page.status == 400
    assert "That did not work" in page.text


@pytest.mark.parametrize("name", ["nothing", "Rule", "rule%00", "..%2f..", "requests.json", "{{7*7}}"])
async def test_there_is_no_page_for_what_is_no_dimension(ann: Browser, name: str) -> None:
    assert (await ann.get(f"/measures/{name}")).status == 404


async def test_names_that_agents_and_policies_make_up_are_shown_as_they_are(
    ann: Browser, desk: InboxDesk
) -> None:
    evil = '"><script>alert(1)</script>{{7777*7777}}&amp;'
    desk.measures.cases = [replace(case, rule=evil, version=evil) for case in desk.measures.cases]

    for path in ("/measures", "/measures/rule", "/measures/agent_version", f"/measures?rule={quote(evil)}"):
        page = await ann.get(path)
        assert page.status == 200
        assert "<script>alert" not in page.text
        assert "60481729" not in page.text


async def test_nothing_on_the_pages_needs_what_the_policy_of_the_browser_forbids(ann: Browser) -> None:
    for path in ("/measures", "/measures/reviewer", "/measures/requests"):
        page = await ann.get(path)
        assert "script-src 'self'" in page.headers["Content-Security-Policy"]
        assert page.headers["Cache-Control"] == "no-store"
        assert not re.search(r"<script(?![^>]* src=)|\son\w+=|\sstyle=|<style", page.text)
        assert all(src.startswith("/assets/") for src in re.findall(r'src="([^"]+)"', page.text))


async def test_the_way_to_the_dashboard_stands_beside_the_channels(ann: Browser) -> None:
    assert 'href="/measures"' in (await ann.get("/")).text
    assert 'href="/measures" aria-current="page"' in (await ann.get("/measures")).text


async def test_whoever_is_not_signed_in_is_told_to_sign_in(desk: InboxDesk) -> None:
    for path in ("/measures", "/measures/rule", "/measures/requests"):
        assert (await desk.browser().get(path)).status == 401
