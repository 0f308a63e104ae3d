"""Two Slack workspaces and two Teams tenants at once: one request, decided from all four."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from tests.flows.teams_world import ZOE, words
from tests.flows.wide_world import EAST, WideWorld
from tests.flows.world import BEN


@pytest.fixture
async def world(database_url: str, tmp_path: Path) -> AsyncIterator[WideWorld]:
    async with WideWorld(database_url, tmp_path) as world:
        await world.installs_everywhere()
        yield world


async def test_one_request_is_decided_from_two_workspaces_and_two_tenants(world: WideWorld) -> None:
    asked, in_teams = await world.asks()
    at_home, in_the_east = await world.slack.card("#support"), await world.east.card("#ask")
    assert len(world.east.cards("@U01BEN")) == 1
    assert world.slack.cards(f"@{BEN}") == []

    await at_home.press("Approve", by=BEN)
    await in_the_east.press("Approve", by=BEN)
    await world.press(in_teams, "Approve", by="Ann")
    await world.settles()
    await in_the_east.expect("3 of 4 approved")
    assert "Approved by" in await world.presses_elsewhere(in_teams, by="Zoe", account=ZOE)
    await world.settles()

    decision = (await world.agent.sees(asked["id"]))["decision"]
    assert sorted(decision["by"]) == ["ann", "ben", "dan", "zoe"]
    for card in (at_home, in_the_east, world.east.cards("@U01BEN")[0]):
        await card.expect("Approved by")
    await world.teams.expect(in_teams, "Approved by")
    assert world.agent.told() == ["approval.approved"]


async def test_one_workspace_removes_the_app_while_the_others_go_on_and_comes_back(world: WideWorld) -> None:
    asked, _ = await world.asks()
    in_the_east = await world.east.card("#ask")
    world.clock.advance(minutes=1)
    await world.east.removes_app()
    await world.settles()
    await (await world.slack.card("#support")).press("Approve", by=BEN)
    await world.settles()
    await (await world.slack.card("#support")).expect("1 of 4 approved")
    assert "1 of 4" in words((await world.teams.card(world.approvals)).card)
    copies = {copy.destination: copy for copy in await world.app.store.copies(asked["id"])}
    lost = copies[f"slack:{EAST}/C0ASK"]
    assert lost.state == "undeliverable"
    assert "removed from the workspace" in (lost.why or "")
    assert "1 of 4" not in in_the_east.words

    world.clock.advance(minutes=1)
    await world.installs_in_the_east()
    await world.settles()
    await in_the_east.expect("1 of 4 approved")
    await in_the_east.press("Approve", by=BEN)
    await world.settles()
    await in_the_east.expect("2 of 4 approved")


async def test_a_step_that_only_the_lost_workspace_was_asked_in_goes_on_at_once(world: WideWorld) -> None:
    everywhere = '["slack:#support", "slack:T02EAST/#ask", "@dan", "teams:Support/Approvals"]'
    await world.policy_says(everywhere, f'["slack:{EAST}/#ask"]')
    asked = await world.agent.asks()
    await world.settles()
    await world.east.card("#ask")
    world.clock.advance(minutes=1)
    await world.east.removes_app()
    await world.settles()
    assert (await world.agent.sees(asked["id"]))["step"] == 2
    assert len(world.teams.posted(world.leads)) == 1
    assert "approval.escalated" in world.agent.told()
