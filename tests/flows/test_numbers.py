"""Stories of numbers: what is decided is counted, and told alike over HTTP, in chat and in the browser."""

import re
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest

from tests.fakes.browser import Browser, Page
from tests.flows.speaking_world import SpeakingWorld
from tests.flows.world import ANN, BEN, CAT, LEA


class CountedWorld(SpeakingWorld):
    """Ann owns the policy, Ben leads refunds, Cat reviews, and Lea is asked later on."""

    async def stats(self, query: str = "") -> Any:
        """The agent's own numbers."""
        return await (await self.agent.http.get(f"/v1/stats{query}")).json()

    async def page(self, person: str, path: str) -> Page:
        """A page of the dashboard as somebody sees it."""
        assert self._server is not None
        browser = Browser(str(self._server.make_url("")).rstrip("/"))
        try:
            link = await self.app.sessions.create_link(person)
            await browser.send((await browser.get(f"/sign-in/{link}")).forms[0])
            return await browser.get(path)
        finally:
            await browser.close()

    async def asked(self, amount: str = "240.00") -> str:
        """A refund that waits, with its card up."""
        arguments = {"order": "4892", "amount": amount, "currency": "EUR"}
        action = {"name": "refund.issue", "arguments": arguments}
        request: str = (await self.agent.asks(action=action, agent_version="2.1"))["id"]
        await self.settles()
        return request


@pytest.fixture
async def world(database_url: str, tmp_path: Path) -> AsyncIterator[CountedWorld]:
    async with CountedWorld(database_url, tmp_path) as world:
        yield world


def tiles(page: Page) -> dict[str, str]:
    """The first numbers of the dashboard by their label."""
    found = re.findall(r'tile-label">([^<]*)</p>\s*<p class="tile-value">([^<]*)<', page.text)
    return dict(found)


async def test_what_people_decide_is_counted_and_told_alike_everywhere(world: CountedWorld) -> None:
    first = await world.asked("20.00")
    world.clock.advance(minutes=10)
    await (await world.slack.card("#support")).press("Approve", by=ANN)
    await world.settles()
    waiting = await world.asked("30.00")
    await world.counts()

    total = (await world.stats())["total"]
    assert (total["submitted"], total["approved"], total["pending"]) == (2, 1, 1)
    assert total["turnaround"]["median_s"] == pytest.approx(600, rel=0.06)
    assert "People decided 1: 100% approved, 0% rejected." in (await world.hears(BEN, "stats")).lines
    seen = tiles(await world.page("ben", "/measures"))
    assert (seen["Requests"], seen["Approved"], seen["Decided in"]) == ("2", "100%", "10 min")
    listed = await world.page("ben", "/measures/requests?behind=approved")
    assert f'href="/requests/{first}"' in listed.text
    assert waiting not in listed.text

    approval = await world.agent.sees(first)
    assert await world.agent.redeems(approval) == 200
    await world.agent.post(
        f"/v1/approvals/{first}/outcome", {"status": "failed", "detail": "The bank said no."}
    )
    await world.counts()

    assert (await world.stats("?by=agent_version"))["rows"][0]["rates"]["errors"]["share"] == 1.0
    assert (
        "Went wrong afterwards: 100% of 1 with a known outcome."
        in (await world.hears(BEN, "stats for refund.* this week")).lines
    )
    assert tiles(await world.page("ben", "/measures"))["Went wrong"] == "100%"


async def test_what_single_reviewers_did_is_told_to_leads_and_to_themselves(world: CountedWorld) -> None:
    for user in (ANN, BEN):
        await world.asked()
        await (await world.slack.card("#support")).press("Approve", by=user)
        await world.settles()
    await world.counts()

    assert people(await world.hears(BEN, "stats by reviewer")) == {"Ann", "Ben"}
    assert people(await world.hears(CAT, "stats by reviewer")) == set()
    assert ">Ben</a>" in (await world.page("ann", "/measures/reviewer")).text
    assert ">Ben</a>" not in (await world.page("cat", "/measures/reviewer")).text
    assert "reviewer" not in str(await world.stats("?by=rule"))

    await world.policy_says("ben: ['refund.*']", "lea: ['refund.*']")
    assert people(await world.hears(BEN, "stats by reviewer")) == {"Ben"}
    assert people(await world.hears(LEA, "stats by reviewer")) == {"Ann", "Ben"}


def people(heard: Any) -> set[str]:
    """Of whom an answer tells numbers."""
    return {line.partition(":")[0].removeprefix("• ") for line in heard.lines if line.startswith("• ")}


async def test_the_link_of_an_answer_opens_the_same_numbers_in_the_browser(world: CountedWorld) -> None:
    await world.asked()
    await world.counts()

    heard = await world.hears(BEN, "stats by action for refund.* last 2 weeks")
    token = heard.link.rpartition("/")[2]
    assert await world.app.sessions.leads_to(token) == (
        "/measures/action?from=2026-02-23&until=2026-03-02&action=refund.%2A"
    )
    page = await world.page("ben", await world.app.sessions.leads_to(token))
    assert ">refund.issue</a>" in page.text


async def test_numbers_follow_who_leads_what_from_one_moment_to_the_next(world: CountedWorld) -> None:
    await world.asked()
    await world.counts()
    assert tiles(await world.page("lea", "/measures"))["Requests"] == "0"

    await world.policy_says("leads: {ann: ['*'], ben: ['refund.*']}", "leads: {lea: ['refund.*']}")

    assert tiles(await world.page("lea", "/measures"))["Requests"] == "1"
    assert (await world.hears(LEA, "stats")).lines[0].startswith("1 request")
