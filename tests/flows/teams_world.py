"""A world with a fake Teams beside the fake Slack, and people who have accounts on both.

await world.teams.install(world.general)
card = await world.card(world.approvals)
await world.teams.press(card, "Approve", by="Ann")
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any, Self

from tests.fakes.fake_teams import Delivered, FakeTeams, actions_of
from tests.fakes.teams_tenant import Conversation, Posted
from tests.flows.world import POLICY, World

OTHER_TENANT = "44444444-4444-4444-8444-444444444444"
_OBJECT = "00000000-0000-4000-8000-0000000000"
ACCOUNTS = {"ann": f"{_OBJECT}a1", "ben": f"{_OBJECT}b1", "cat": f"{_OBJECT}c1", "lea": f"{_OBJECT}d1"}
#: the only reviewer in the other tenant
ZOE = f"{_OBJECT}e1"


def _policy() -> str:
    text = POLICY
    for name, account in ACCOUNTS.items():
        text = text.replace(f"slack: U01{name.upper()}", f"slack: U01{name.upper()}, teams: {account}")
    zoe = f"  zoe: {{{{name: Zoe, teams: {OTHER_TENANT}/{ZOE}}}}}\n"
    return (
        text.replace("groups:\n", f"{zoe}groups:\n")
        .replace("[ann, ben, cat]", "[ann, ben, cat, zoe]")
        .replace('["slack:#support", "web:support"]', '["slack:#support", "teams:Support/Approvals"]')
        .replace('["slack:#leads"]', '["teams:Support/Leads"]')
    )


class TeamsWorld(World):
    """One installation, in Slack and in Teams at once; the app is in no team yet."""

    policy = _policy()

    def __init__(self, database_url: str, folder: Path) -> None:
        super().__init__(database_url, folder)
        self.teams = FakeTeams(self.clock)
        self.teams.rates = None
        for name in ("Cat", "Lea"):
            self.teams.tenant.add_person(name, ACCOUNTS[name.lower()])
        self.team = self.teams.tenant.add_team("Support")
        self.general = self.teams.tenant.conversations[self.team.id]
        self.approvals = self.teams.tenant.add_channel(self.team, "Approvals")
        self.leads = self.teams.tenant.add_channel(self.team, "Leads")

    async def __aenter__(self) -> Self:
        await self.teams.__aenter__()
        await super().__aenter__()
        self.teams.connect(str(self._server and self._server.make_url("/api/messages")))
        return self

    async def __aexit__(self, *_: object) -> None:
        await super().__aexit__()
        await self.teams.__aexit__()

    async def installs(self) -> None:
        """Somebody adds the app to the team, and the policy's channels are found."""
        assert (await self.teams.install(self.general)).status == 200
        await self.catches_up()

    async def catches_up(self) -> None:
        """What Teams told was learned, and the policy knows it."""
        await self._answered()
        await self.app.upkeep.catch_up()

    async def settles(self) -> None:
        """Carry out everything that is due now, and what follows an answer."""
        await self._answered()
        await super().settles()

    async def asks(self, **changes: Any) -> tuple[dict[str, Any], Posted]:
        """An agent asks; the request, and its card in the channel for approvals."""
        asked = await self.agent.asks(**changes)
        await self.settles()
        return asked, await self.teams.card(self.approvals)

    async def press(self, on: Posted, title: str, *, by: str) -> str:
        """Press a button of the shared card; what the presser sees then, as text."""
        return seen(await self.teams.press(on, title, by=by))

    async def press_again(
        self, on: Posted, answer: Delivered, title: str, *, by: str, inputs: dict[str, Any] | None = None
    ) -> Delivered:
        """Press a button of what only the presser sees."""
        action = next(each for each in actions_of(answer.json["value"]) if each["title"] == title)
        return await self.teams.execute(on, action, by=by, inputs=inputs)

    async def _answered(self) -> None:
        """What follows an answer has ended."""
        assert self.app.platforms.teams is not None
        await self.app.platforms.teams.background.settle()

    def _more_settings(self) -> dict[str, Any]:
        return {
            "teams_app_id": self.teams.app_id,
            "teams_app_password": self.teams.app_password,
            "teams_tenant_id": (self.teams.tenant.id, OTHER_TENANT),
            "teams_login_url": self.teams.login_url,
            "teams_openid_metadata_url": self.teams.metadata_url,
        }


def seen(answer: Delivered) -> str:
    """The words of the card that a press was answered with."""
    assert answer.status == 200, answer
    assert answer.json["statusCode"] == 200, answer
    return words(answer.json["value"])


def words(card: Any) -> str:
    """Everything that a card says, one run after another."""
    return json.dumps(card, ensure_ascii=False)


def told(world: TeamsWorld, where: Conversation) -> list[str]:
    """What stands in a conversation, oldest first."""
    return [words(message.activity) for message in world.teams.posted(where)]
