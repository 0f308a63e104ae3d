"""Sending to Teams' address what Teams, or somebody else, could send there."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import Any, Self

from tests.doors.waiting import Waiting, audit_problems
from tests.fakes import teams_payloads
from tests.fakes.fake_teams import Delivered, actions_of
from tests.fakes.teams_tenant import Posted, Tenant
from tests.flows.teams_world import TeamsWorld, seen

JSON = "application/json"


@dataclass(frozen=True, kw_only=True)
class TeamsWaiting(Waiting):
    """A request whose card stands in Teams and waits for people."""

    world: TeamsWorld
    shown: Posted

    @classmethod
    async def in_teams(cls, world: TeamsWorld, **changes: Any) -> Self:
        """An agent asks, and the card is posted."""
        base = await Waiting.posted(world, **changes)
        shown = await world.teams.card(world.approvals)
        return cls(world=world, asked=base.asked, card=base.card, events=base.events, shown=shown)

    def press(
        self, title: str = "Approve", *, by: str = "Ann", tenant: Tenant | None = None
    ) -> dict[str, Any]:
        """What Teams sends when somebody presses."""
        teams = self.world.teams
        action = next(each for each in actions_of(self.shown.card or {}) if each["title"] == title)
        person, at = teams.tenant.accounts[by], self.world.clock()
        made = teams_payloads.execute(
            tenant or teams.tenant, self.world.approvals, person, self.shown, action, at=at
        )
        return {"serviceUrl": teams.service_url, **made}

    async def refuses_token(self, token: str) -> None:
        """A press with this token is not let in, nothing happens, and the next one counts."""
        refused = await self.world.teams.deliver(self.press(), token=token)
        assert refused.status == 401, token[:80]
        assert refused.body.endswith(".")
        assert await self.is_untouched()

    async def refuses_activity(self, status: int, **changes: Any) -> str:
        """A press that is changed like this, under a good token, is not let in; what was answered."""
        refused = await send(self.world, self.press() | changes)
        assert refused.status == status, refused
        assert await self.is_untouched()
        return refused.body

    async def still_decides(self) -> None:
        """A reviewer presses as always: it counts, the agent is told once, and the audit verifies."""
        assert "Approved by Ann" in seen(await self.world.teams.press(self.shown, "Approve", by="Ann"))
        await self.world.settles()
        assert self.world.agent.told() == ["approval.approved"]
        assert (await self.world.agent.sees(self.id))["decision"]["by"] == ["ann"]
        assert await audit_problems(self.world) == []


async def send(world: TeamsWorld, activity: Any, **claims: Any) -> Delivered:
    """Send anything with a token of Bot Framework's, which `claims` change."""
    token = world.teams.keys.token(**{"serviceurl": world.teams.service_url, **claims})
    headers = {"Content-Type": JSON, "Authorization": f"Bearer {token}"}
    return await world.teams.send(json.dumps(activity).encode(), headers)
