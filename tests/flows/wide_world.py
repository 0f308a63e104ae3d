"""A world with a second Slack workspace and a second Teams tenant."""

from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import aiohttp
from yarl import URL

from tests.fakes import teams_payloads
from tests.fakes.slack_neighbour import Neighbour
from tests.fakes.slack_oauth import CLIENT_ID, CLIENT_SECRET
from tests.fakes.teams_tenant import Account, Posted, Tenant
from tests.flows.teams_world import OTHER_TENANT, TeamsWorld, seen

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

    async def installs_everywhere(self) -> None:
        """In both of Slack's workspaces, and in Teams."""
        await self.installs()
        assert "Placet is installed in T02East" in await self.installs_in_the_east()
        await self.catches_up()

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
