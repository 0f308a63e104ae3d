"""Stories of edits: a reviewer changes the arguments, and everything is asked of the new ones."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from adapters.agents.receipts import verify_receipt
from bot.canonical import digest
from bot.domain.form import key_of
from tests.fakes.browser import Browser
from tests.fakes.slack_screen import View
from tests.flows.world import ANN, BEN, LEA, POLICY, World

_SCHEMA = """    arguments:
      type: object
      required: [amount, currency]
      properties:
        amount: {{type: string, title: Amount, pattern: "^[0-9]+[.][0-9][0-9]$"}}
        currency: {{enum: [EUR, USD]}}
"""
_ROUTES = """routes:
  - {{name: large, match: "refund.*", when: "impact.amount > 1000.0", escalation_policy: leads}}
"""
_LEADS = """  leads:
    quorum: {{approve: 1, reject: 1, from: [lea]}}
    steps: [{{to: ["slack:#leads"], wait: 15m}}]
"""


class EditingWorld(World):
    """As always, with a schema for refunds and a route for large ones."""

    policy = (
        POLICY.replace("    mask: [arguments.card_number]\n", f"    mask: [arguments.card_number]\n{_SCHEMA}")
        .replace("escalation_policies:\n", f"{_ROUTES}escalation_policies:\n")
        .replace("  support:\n    quorum", f"{_LEADS}  support:\n    quorum")
    )

    async def edits(self, by: str, **typed: str) -> View:
        """Somebody fills in the form on the newest card in the channel; what it changes."""
        card = await self.slack.card("#support")
        await card.press("Edit…", by=by)
        view = await self.slack.view(by, "Edit")
        await self.slack.until(lambda: view.submit_label is not None, lambda: view.words)
        await view.submit(typed)
        return view


@pytest.fixture
async def world(database_url: str, tmp_path: Path) -> AsyncIterator[EditingWorld]:
    """A whole installation, running."""
    async with EditingWorld(database_url, tmp_path) as world:
        yield world


async def test_the_agent_gets_both_versions_and_may_run_the_new_one_alone(world: EditingWorld) -> None:
    asked = await world.agent.asks()
    await world.settles()
    view = await world.edits(ANN, Amount="200.00")
    await view.expect("− 240.00", "+ 200.00", "Refund 200.00 EUR for order 4892")
    assert "4111111111111111" not in view.words
    await view.submit()
    await view.expect("Approved with your changes. support-bot may run it now.")
    await world.settles()

    [told] = world.agent.callbacks
    approval = told["data"]["approval"]
    old, new = asked["action"]["arguments"], {**asked["action"]["arguments"], "amount": "200.00"}
    assert told["type"] == "approval.approved"
    assert (approval["revision"], approval["decision"]["type"]) == (2, "edit")
    assert approval["decision"]["original_arguments"] == old
    assert approval["action"]["arguments"] == new
    assert approval["action"]["summary"] == "Refund 200.00 EUR for order 4892"
    assert approval["action"]["digest"] == digest("refund.issue", new) != asked["action"]["digest"]

    keys = await (await world.agent.http.get("/.well-known/jwks.json")).json()
    receipt = verify_receipt(approval["receipt"], keys)
    assert (receipt["digest"], receipt["decision"]) == (approval["action"]["digest"], "edit")
    seen = await world.agent.sees(asked["id"])
    assert seen["decision"]["original_arguments"] == old
    assert await world.agent.redeems(asked) == 422
    assert await world.agent.redeems(approval) == 200
    card = await world.slack.card("#support")
    await card.expect("Approved with changes by Ann", "Edited by", "240.00 → 200.00")


async def test_what_the_schema_refuses_is_told_in_the_form(world: EditingWorld) -> None:
    await world.agent.asks()
    await world.settles()
    view = await world.edits(ANN, Amount="a lot", currency="USD")
    assert view.errors == ["This has to look like ^[0-9]+[.][0-9][0-9]$."]
    await view.submit({"Amount": "1.00"})
    await view.expect("Refund 1.00 EUR")


async def test_an_edit_beyond_the_editors_limit_goes_to_somebody_with_the_authority(
    world: EditingWorld,
) -> None:
    asked = await world.agent.asks()
    await world.settles()
    view = await world.edits(BEN, Amount="900.00")
    await view.expect("does not approve it yet", "above your limit of 500 EUR")
    assert view.submit_label == "Send on"
    await view.submit()
    await view.expect("somebody with the authority for it has to approve it")
    await world.settles()
    assert (await world.agent.sees(asked["id"]))["status"] == "pending"
    card = await world.slack.card("#support")
    await card.expect("Refund 900.00 EUR", "Edited by", "Ben")
    assert any("arguments were changed" in reply for reply in card.replies)
    await card.press("Approve", by=ANN)
    await world.settles()
    approval = world.agent.callbacks[-1]["data"]["approval"]
    assert (approval["decision"]["type"], approval["decision"]["by"]) == ("edit", ["ann"])


async def test_an_edit_that_belongs_to_another_route_is_decided_there(world: EditingWorld) -> None:
    asked = await world.agent.asks()
    await world.settles()
    view = await world.edits(ANN, Amount="5000.00")
    await view.expect("for others to decide now: leads")
    await view.submit()
    await world.settles()
    await (await world.slack.card("#support")).press("Approve", by=ANN)
    assert (await world.agent.sees(asked["id"]))["status"] == "pending"
    await (await world.slack.card("#leads")).press("Approve", by=LEA)
    await world.settles()
    approval = world.agent.callbacks[-1]["data"]["approval"]
    assert (approval["decision"]["by"], approval["action"]["arguments"]["amount"]) == (["lea"], "5000.00")


async def test_browser_and_slack_edit_the_same_request(world: EditingWorld) -> None:
    await world.policy_says(
        "approve: 1, reject: 1, from: [support]", "approve: 2, reject: 1, from: [support]"
    )
    asked = await world.agent.asks()
    await world.settles()
    slack = await world.edits(BEN, Amount="230.00")

    assert world._server is not None
    browser = Browser(str(world._server.make_url("")).rstrip("/"))
    page = await browser.get(f"/sign-in/{await world.app.sessions.create_link('ann')}")
    await browser.send(page.forms[0])
    form = (await browser.get(f"/requests/{asked['id']}/edit")).form(f"/requests/{asked['id']}/edit")
    changes = await browser.fill(form, {key_of(("amount",)): "200.00"})
    await browser.send(changes.form(f"/requests/{asked['id']}/changes"))
    await browser.close()

    await slack.submit()
    await slack.expect("changed meanwhile")
    assert slack.held("Amount") == "230.00"
    await slack.submit()
    await slack.expect("− 200.00", "+ 230.00", "1 of 2")
    await slack.submit()
    await world.settles()
    await (await world.slack.card("#support")).press("Approve", by=ANN)
    await world.settles()
    approval = world.agent.callbacks[-1]["data"]["approval"]
    assert approval["revision"] == 3
    assert sorted(approval["decision"]["by"]) == ["ann", "ben"]
    assert approval["decision"]["original_arguments"]["amount"] == "240.00"
    assert approval["action"]["arguments"]["amount"] == "230.00"
