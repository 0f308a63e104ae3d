"""Values that the policy masks, shown on demand to one person in Slack, in Teams and in the browser."""

import json
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select

from storage.audit_tables import AuditRow
from tests.flows.teams_world import TeamsWorld, seen, words
from tests.flows.test_confirming import ConfirmingWorld
from tests.flows.world import ANN, LEA, refund

NUMBER = "4111111111111111"
GUEST = "U01GUEST"
SHOW = "Show hidden values"

_audit = AuditRow.__table__  # type: ignore[attr-defined]  # SQLModel adds it at class creation


class RevealingWorld(ConfirmingWorld):
    """Both chats and the browser; Lea leads refunds."""

    policy = TeamsWorld.policy.replace(
        '"slack:#support", "teams', '"slack:#support", "web:support", "teams'
    ).replace("agents:\n", 'leads: {{lea: ["refund.*"]}}\nagents:\n', 1)

    async def asked(self) -> str:
        """A refund to a card whose number is masked."""
        action = refund()["action"]
        action["arguments"]["card_number"] = NUMBER
        approval, self.teams_card = await self.asks(action=action)
        return str(approval["id"])

    async def events(self, request_id: str, kind: str) -> list[tuple[str, dict[str, Any], str]]:
        """Actor, facts and everything stored of the events of a kind."""
        query = select(_audit).where(_audit.c.subject == request_id, _audit.c.kind == kind)
        rows = await self.app.store.query(lambda connection: connection.execute(query).all())
        return [(row.actor, json.loads(row.facts), f"{row.facts}{row.private}") for row in rows]


@pytest.fixture
async def world(database_url: str, tmp_path: Path) -> AsyncIterator[RevealingWorld]:
    async with RevealingWorld(database_url, tmp_path) as world:
        await world.installs()
        yield world


async def test_in_slack_a_reviewer_sees_them_in_a_window_of_their_own(world: RevealingWorld) -> None:
    request_id = await world.asked()
    card = await world.slack.card("#support")
    await card.press("Details", by=ANN)
    details = await world.slack.view(ANN)
    await details.expect("ends in 1111")
    assert NUMBER not in details.words
    await details.press(SHOW)
    shown = await world.slack.view(ANN)
    await shown.expect(NUMBER, "Shown to you alone")
    [(actor, facts, stored)] = await world.events(request_id, "values.revealed")
    assert (actor, facts["paths"], facts["revision"]) == ("person:ann", ["arguments.card_number"], 1)
    assert NUMBER not in stored
    await world.settles()
    assert NUMBER not in json.dumps([message.blocks for message in world.slack.messages("#support")])
    assert NUMBER not in words(world.teams_card.activity)


async def test_in_slack_a_lead_sees_them_and_a_stranger_is_told_why_not(world: RevealingWorld) -> None:
    request_id = await world.asked()
    card = await world.slack.card("#support")
    await card.press("Details", by=LEA)
    details = await world.slack.view(LEA)
    await details.expect(SHOW)
    await details.press(SHOW)
    await (await world.slack.view(LEA)).expect(NUMBER)
    [refused] = [b for b in details.content["blocks"] if b["type"] == "actions"]
    payload = world.slack.press_payload(GUEST, card._message, refused["elements"][0], refused["block_id"])
    await world.slack.deliver(payload)
    told = await world.slack.view(GUEST)
    await told.expect("Guests cannot decide here")
    assert NUMBER not in told.words
    [(actor, facts, _)] = await world.events(request_id, "press.refused")
    assert (actor, facts["choice"], facts["why"]) == ("stranger", "reveal", "guest")


async def test_in_teams_a_reviewer_sees_them_in_place_of_the_card(world: RevealingWorld) -> None:
    request_id = await world.asked()
    details = await world.teams.press(world.teams_card, "Details", by="Ann")
    assert NUMBER not in seen(details)
    shown = await world.press_again(world.teams_card, details, SHOW, by="Ann")
    assert NUMBER in seen(shown)
    assert '"Back"' in seen(shown)
    assert [actor for actor, _, _ in await world.events(request_id, "values.revealed")] == ["person:ann"]
    await world.settles()
    assert NUMBER not in words(world.teams_card.activity)


async def test_in_the_browser_they_are_a_page_that_nobody_keeps(world: RevealingWorld) -> None:
    request_id = await world.asked()
    browser = await world.signed_in("ann")
    page = await browser.get(f"/requests/{request_id}")
    assert NUMBER not in page.text
    shown = await browser.send(page.form(f"/requests/{request_id}/reveal"))
    assert NUMBER in shown.text
    assert shown.headers["Cache-Control"] == "no-store"
    assert NUMBER not in (await browser.get(f"/requests/{request_id}")).text
    again = await browser.send(page.form(f"/requests/{request_id}/reveal"))
    assert NUMBER in again.text
    assert len(await world.events(request_id, "values.revealed")) == 2


async def test_after_the_end_only_a_lead_is_offered_them_in_the_browser(world: RevealingWorld) -> None:
    request_id = await world.asked()
    await (await world.slack.card("#support")).press("Approve", by=ANN)
    await world.settles()
    path = f"/requests/{request_id}"
    ann, lea = await world.signed_in("ann"), await world.signed_in("lea")
    assert SHOW not in (await ann.get(path)).text
    assert NUMBER in (await lea.send((await lea.get(path)).form(f"{path}/reveal"))).text
