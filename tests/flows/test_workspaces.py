"""Two Slack workspaces and two Teams tenants at once: one request, decided from all four."""

from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import aiohttp
import pytest
from yarl import URL

from tests.fakes import teams_payloads
from tests.fakes.slack_neighbour import Neighbour
from tests.fakes.slack_oauth import CLIENT_ID, CLIENT_SECRET
from tests.fakes.teams_tenant import Account, Posted, Tenant
from tests.flows.teams_world import OTHER_TENANT, ZOE, TeamsWorld, seen, words
from tests.flows.world import BEN

EAST = "T02EAST"


def _policy() -> str:
    """Dan has in the east the member id that Ben has at home; four have to approve."""
    return (
        TeamsWorld.policy.replace("slack: U01BEN", "slack: T01HOME/U01BEN")
        .replace("groups:\n", f"  dan: {{{{name: Dan, slack: {EAST}/U01BEN}}}}\ngroups:\n")
        .replace("[ann, ben, cat, zoe]", "[ann, ben, cat, zoe, dan]")
        .replace("approve: 1", "approve: 4")
        .replace('"slack:#support", "teams', f'"slack:#support", "slack:{EAST}/#ask", "@dan", "teams')
    )


class WideWorld(TeamsWorld):
    """The app is installed in a second Slack workspace."""

    policy = _policy()

    def __init__(self, database_url: str, folder: Path) -> None:
        super().__init__(database_url, folder)
        self.east = Neighbour(self.slack, EAST)
        self.east.add_channel("ask")

    async def installs_in_the_east(self) -> str:
        """Somebody opens the page, allows the app in Slack, and comes back; what they read then."""
        async with aiohttp.ClientSession(cookie_jar=aiohttp.CookieJar(unsafe=True)) as browser:
            async with browser.get(self._at("/slack/install"), allow_redirects=False) as answer:
                location = answer.headers["Location"]
            back = urlsplit(self.east.allows(location))
            async with browser.get(self._at(f"{back.path}?{back.query}")) as answer:
                assert answer.status == 200
                return await answer.text()

    async def presses_elsewhere(self, card: Posted, *, by: str, account: str) -> str:
        """Somebody in the second Teams tenant approves; what they see."""
        other = Tenant(id=OTHER_TENANT, teams=self.teams.tenant.teams)
        person = Account(object_id=account, name=by)
        action = next(each for each in (card.card or {})["actions"] if each["title"] == "Approve")
        press = teams_payloads.execute(other, self.approvals, person, card, action, at=self.clock())
        return seen(await self.teams.deliver({**press, "id": "f:elsewhere"}))

    def _at(self, path: str) -> URL:
        assert self._server is not None
        return URL(str(self._server.make_url("/")).rstrip("/") + path, encoded=True)

    def _more_settings(self) -> dict[str, Any]:
        client = {"slack_client_id": CLIENT_ID, "slack_client_secret": CLIENT_SECRET}
        return {**super()._more_settings(), **client, "slack_install_teams": (EAST,)}


@pytest.fixture
async def world(database_url: str, tmp_path: Path) -> AsyncIterator[WideWorld]:
    async with WideWorld(database_url, tmp_path) as world:
        await world.installs()
        assert "Placet is installed in T02East" in await world.installs_in_the_east()
        await world.catches_up()
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
