"""A database that the first release left in the middle of everything: this release goes on with it."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Connection

from adapters.agents.receipts import verify_receipt
from storage.verifying import AuditReport, verify
from tests.flows.world import ANN, BEN, refund
from tests.upgrading.restoring import Upgraded

FIRST = "0.1.0"


@pytest.fixture
async def world(empty_database_url: str, tmp_path: Path) -> AsyncIterator[Upgraded]:
    """The installation, upgraded and running."""
    async with Upgraded(empty_database_url, tmp_path, FIRST) as world:
        yield world


async def verified(world: Upgraded) -> AuditReport:
    """The audit trail from its first event on, which fits."""

    def looked(connection: Connection) -> AuditReport:
        return verify(connection, world.app.key_ring.is_signed)

    report = await world.app.store.query(looked)
    assert report.problems == []
    return report


async def status_of(world: Upgraded, name: str) -> str:
    return str((await world.agent.sees(world.requests[name]))["status"])


def kept(resource: dict[str, Any]) -> dict[str, Any]:
    """What does not follow from how many others wait, or from where this process listens."""
    return {name: value for name, value in resource.items() if name not in ("queue", "links")}


async def test_the_agent_reads_every_request_as_it_was(world: Upgraded) -> None:
    for name, before in world.memory["resources"].items():
        now = await world.agent.sees(world.requests[name])
        assert kept(before).items() <= kept(now).items(), name


async def test_the_audit_trail_verifies_and_goes_on(world: Upgraded) -> None:
    before = world.memory["audit"]
    found = await verified(world)
    assert (found.events, found.seals) >= (before["events"], before["seals"])
    assert before["unsealed"] > 0

    await world.card_of("in-slack").press("Approve", by=ANN)
    await world.counts()
    after = await verified(world)
    assert after.unsealed == 0
    assert after.seals > before["seals"]


async def test_buttons_on_cards_from_before_decide(world: Upgraded) -> None:
    await world.card_of("in-slack").press("Approve", by=ANN)
    await world.press(world.teams_card_of("in-teams"), "Approve", by="Ben")
    await world.card_of("half").press("Approve", by=BEN)
    browser = await world.old_browser()
    path = f"/requests/{world.requests['in-browser']}"
    page = await browser.get(path)
    assert "Approved by Ann" in (await browser.send(page.form(f"{path}/press", choice="approve"))).text
    await world.later(minutes=1)

    for name in ("in-slack", "in-teams", "half", "in-browser"):
        assert await status_of(world, name) == "approved", name
    await world.card_of("in-slack").expect("Approved by Ann")
    await world.teams.expect(world.teams_card_of("in-teams"), "Approved by Ben")
    await world.card_of("half").expect("Approved by Ann and Ben")


async def test_forms_that_were_open_are_sent(world: Upgraded) -> None:
    await world.view_of("What changes").submit()
    await world.view_of("Review").submit()
    await world.settles()
    edited = await world.agent.sees(world.requests["in-edit"])
    assert (edited["status"], edited["revision"]) == ("approved", 2)
    assert edited["action"]["arguments"]["amount"] == "200.00"
    [vote] = (await world.agent.sees(world.requests["high"]))["votes"]
    assert vote["person"] == "ann"


async def test_open_timers_fire(world: Upgraded) -> None:
    await world.later(minutes=9)
    assert await status_of(world, "stoppable") == "approved"
    await world.later(minutes=7)
    assert (await world.agent.sees(world.requests["left"]))["step"] == 2
    await world.later(minutes=31)
    assert await status_of(world, "left") == "expired"
    await world.later(hours=16)
    assert await status_of(world, "asked") == "expired"
    await world.later(days=7)
    await world.card_of("drawn").expect("Quality check: nobody gave a verdict")
    assert {await status_of(world, name) for name in world.requests} <= {
        "approved", "rejected", "expired", "cancelled"
    }  # fmt: skip


async def test_callbacks_that_were_under_way_arrive_as_they_were_begun(world: Upgraded) -> None:
    begun = world.memory["agent"]["attempts"][-1]
    await world.later(minutes=30)
    [arrived] = [body for name, body in world.agent.attempts if name == begun[0]]
    assert arrived.decode() == begun[1]
    assert json.loads(arrived)["data"]["approval"]["id"] == world.requests["untold"]
    assert (await world.agent.sees(world.requests["untold"]))["delivery"]["callback"] == "delivered"


async def test_cards_that_could_not_be_posted_are(world: Upgraded) -> None:
    await world.later(minutes=1)
    card = world.card_of("unposted")
    await card.press("Approve", by=ANN)
    await world.settles()
    await card.expect("Approved by Ann")
    assert ("approval.approved", world.requests["unposted"]) in [
        (each["type"], each["data"]["approval"]["id"]) for each in world.agent.callbacks
    ]


async def test_keys_receipts_and_idempotency_keys_are_worth_what_they_were(world: Upgraded) -> None:
    keys = await (await world.agent.http.get("/.well-known/jwks.json")).json()
    approved = world.memory["resources"]["approved"]
    receipt = verify_receipt(approved["receipt"], keys)
    assert receipt["digest"] == approved["action"]["digest"]
    assert verify_receipt((await world.agent.sees(approved["id"]))["receipt"], world.memory["keys"])

    assert await world.agent.redeems(approved) == 200
    assert await world.agent.redeems(world.memory["resources"]["redeemed"]) == 200
    assert await world.agent.redeems(world.memory["resources"]["redeemed"], "another") == 409
    subject = {"subject": {"id": "approved", "name": "Customer approved"}}
    again = await world.agent.asks(key="key-approved", context=subject)
    assert again["id"] == approved["id"]
    other = await world.agent.post("/v1/approvals", refund("1.00"), key="key-approved")
    assert other.status == 422


async def test_an_agent_answers_what_it_was_asked(world: Upgraded) -> None:
    answer = {"text": "No, once.", "reply_to": "q1"}
    asked = world.requests["asked"]
    assert (await world.agent.post(f"/v1/approvals/{asked}/messages", answer)).status == 200
    await world.later(minutes=1)
    await world.card_of("asked").expect("support-bot answered Ann", "No, once.")


async def test_what_leads_said_still_holds(world: Upgraded) -> None:
    await world.slack.mention("#support", "resume confirm", by=ANN)
    await world.slack.until(
        lambda: any("Ann resumed gift.*" in each.text for each in world.slack.messages("#support")),
        lambda: "the channel to be told that the pause from before is over",
    )


async def test_new_requests_are_asked_for_and_decided(world: Upgraded) -> None:
    await world.later(minutes=1)
    asked = await world.asks_for("new")
    await world.card_of("new").press("Approve", by=ANN)
    await world.settles()
    assert await status_of(world, "new") == "approved"
    assert await world.agent.redeems(await world.agent.sees(asked["id"])) == 200
    await verified(world)
