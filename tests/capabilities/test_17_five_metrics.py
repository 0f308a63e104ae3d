"""Five metrics by rule, agent, reviewer and channel: approvals, reasons, changes, time, errors."""

from collections.abc import AsyncIterator
from pathlib import Path

import aiohttp
import pytest

from tests.capabilities.dashboard import listed, reasons, rows, signed_in
from tests.flows.modes_world import AUTO, Modes
from tests.flows.world import ANN, refund


class MeasuredWorld(Modes):
    """Two agents, and people who decide wherever they are."""

    policy = Modes.policy.replace("agents:\n", 'agents:\n  mail-bot: {{owner: cat, actions: ["*"]}}\n', 1)

    async def refund(self, amount: str, minutes: int) -> str:
        """A refund that waits for so long."""
        asked = await self.asked(action=refund(amount)["action"])
        await self.later(minutes=minutes)
        return asked

    async def ends(self, request: str, outcome: str) -> None:
        """The agent says what came of it."""
        answer = await self.agent.post(f"/v1/approvals/{request}/outcome", {"status": outcome})
        assert answer.status == 200

    async def mail_bot_asks(self) -> str:
        """The other agent asks for a refund."""
        key = await self.app.keys.create("mail-bot")
        headers = {"Authorization": f"Bearer {key.api_key}"}
        async with aiohttp.ClientSession(headers=headers) as http:
            address = self._server and self._server.make_url("/v1/approvals")
            async with http.post(str(address), json=refund("12.00")) as answer:
                request: str = (await answer.json())["id"]
        await self.settles()
        return request

    async def rejects(self, request: str) -> None:
        """Ben says no in the browser."""
        page = await self.page("Ben", request)
        form = page.form(f"/requests/{request}/press", choice="reject")
        await self.browsers["Ben"].send(form, reason_code="wrong_amount", reason_text="Too much.")
        await self.settles()

    async def edits(self) -> None:
        """Ann halves the amount in Slack."""
        await (await self.slack.card("#support")).press("Edit…", by=ANN)
        view = await self.slack.view(ANN, "Edit")
        await self.slack.until(lambda: view.submit_label is not None, lambda: view.words)
        await view.submit({"amount": "120.00"})
        await view.submit()
        await view.expect("Approved with your changes.")
        await self.later(minutes=1)


@pytest.fixture
async def world(database_url: str, tmp_path: Path) -> AsyncIterator[MeasuredWorld]:
    async with MeasuredWorld(database_url, tmp_path) as world:
        await world.installs()
        yield world


async def happens(world: MeasuredWorld) -> dict[str, str]:
    """Something of everything that is measured; the requests by what happened to them."""
    failed = await world.refund("240.00", minutes=10)
    await (await world.slack.card("#support")).press("Approve", by=ANN)
    await world.later(minutes=1)
    await world.ends(failed, "failed")

    rejected = await world.refund("241.00", minutes=10)
    await world.rejects(rejected)

    edited = await world.refund("242.00", minutes=4)
    await world.edits()
    await world.ends(edited, "succeeded")

    in_teams = await world.mail_bot_asks()
    await world.later(minutes=4)
    await world.press(await world.teams.card(world.approvals), "Approve", by="Ben")
    await world.settles()

    overridden = await world.credits(AUTO)
    page = await world.page("Ben", overridden["id"])
    form = page.form(f"/requests/{overridden['id']}/press", choice="override")
    await world.browsers["Ben"].send(form, reason_code="duplicate")
    await world.credits(AUTO, "21.00")
    await world.counts()
    return {
        "failed": failed,
        "rejected": rejected,
        "edited": edited,
        "teams": in_teams,
        "overridden": overridden["id"],
    }


#: what the dashboard says of each; nothing is said of what there was none of
ROWS = {
    "rule": {
        "default": {"Approved": "75%", "Edited": "25%", "Median": "4 min", "Errors": "50%", "Reverted": "–"},
        "credit-auto": {"Approved": "–", "Auto": "100%", "Errors": "–", "Reverted": "50%"},
    },
    "agent": {
        "support-bot": {
            "Approved": "67%",
            "Edited": "33%",
            "Median": "10 min",
            "Errors": "50%",
            "Reverted": "50%",
        },
        "mail-bot": {"Approved": "100%", "Edited": "0%", "Median": "4 min", "Errors": "–", "Reverted": "–"},
    },
    "reviewer": {
        "Ann": {"Decided": "2", "Approved": "100%", "Edited": "50%", "Took back": "0", "Errors": "50%"},
        "Ben": {"Decided": "2", "Approved": "50%", "Edited": "0%", "Rejected": "50%", "Took back": "1"},
    },
    "channel": {
        "#support (slack)": {"Approved": "100%", "Edited": "50%", "Median": "4 min", "Errors": "50%"},
        "#support (web)": {"Approved": "0%", "Rejected": "100%", "Median": "10 min", "Errors": "–"},
        "Support/Approvals": {"Approved": "100%", "Edited": "0%", "Median": "4 min"},
        "nobody was asked": {"Auto": "100%", "Reverted": "50%"},
    },
}
NARROWED = {
    "rule=default": {"The amount is wrong": 1},
    "rule=credit-auto": {},
    "agent=support-bot": {"The amount is wrong": 1},
    "agent=mail-bot": {},
    "reviewer=ben": {"The amount is wrong": 1},
    "reviewer=ann": {},
    "channel=web:support": {"The amount is wrong": 1},
}


async def test_rates_times_reasons_and_errors_are_told_apart_and_lead_to_their_requests(
    world: MeasuredWorld,
) -> None:
    happened = await happens(world)

    async with signed_in(world, "ann") as ann:
        for dimension, expected in ROWS.items():
            told = rows(await ann.get(f"/measures/{dimension}"))
            assert told.keys() == expected.keys()
            for name, cells in expected.items():
                assert {label: told[name][label] for label in cells} == cells, name
        for narrowed, why in NARROWED.items():
            assert reasons(await ann.get(f"/measures?{narrowed}")) == why, narrowed
        for number, request in {
            "errors&reviewer=ann": happened["failed"],
            "edited&channel=slack:C0SUPPORT": happened["edited"],
            "rejected&rule=default": happened["rejected"],
            "approved&agent=mail-bot": happened["teams"],
            "overridden&rule=credit-auto": happened["overridden"],
            "overridden&reviewer=ben": happened["overridden"],
        }.items():
            assert listed(await ann.get(f"/measures/requests?behind={number}")) == [request]

    # The agent reads its own numbers alone.
    stats = await (await world.agent.http.get("/v1/stats?by=rule")).json()
    by_rule = {row["value"]: row for row in stats["rows"]}
    assert by_rule["default"]["reasons"] == {"wrong_amount": 1}
    assert by_rule["default"]["rates"]["approved"] | {"low": 0, "high": 1} == {
        "hits": 2,
        "of": 3,
        "share": 0.6667,
        "low": 0,
        "high": 1,
    }
