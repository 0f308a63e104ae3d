"""Another workspace of the same Slack, which may install the app and remove it again.

east = Neighbour(slack, "T02EAST")
back = east.allows(authorize_url, by="U01ANN")
await east.removes_app()
"""

from collections.abc import Mapping
from typing import Any

from tests.fakes import slack_payloads
from tests.fakes.slack_http import Delivered
from tests.fakes.slack_server import FakeSlack
from tests.fakes.slack_workspace import BOT_USER, Workspace


class Neighbour(FakeSlack):
    """A workspace behind the address of another one; the same account ids mean other people in it."""

    def __init__(self, host: FakeSlack, team: str) -> None:
        workspace = Workspace(team=team, bot_token="", counter=host.workspace.counter)
        super().__init__(host.clock, burst=host.burst, workspace=workspace)
        self._host, self._changed = host, host._changed
        host.neighbours.append(self)

    @property
    def url(self) -> str:
        """The one of the Slack that it is part of."""
        return self._host.url

    async def carry(self, payload: Mapping[str, Any]) -> Delivered:
        """What happens here is sent to the same app."""
        return await self._host.carry(payload)

    def allows(self, url: str, *, by: str = "U01ANN") -> str:
        """Somebody here allows the app on Slack's page: where their browser is sent."""
        return self._host.oauth.allow(url, self.workspace, by=by)

    async def removes_app(self, *, quietly: bool = False) -> list[Delivered]:
        """The token is worth nothing from now on; quietly, the events are lost."""
        self.workspace.refusal = "account_inactive"
        return [] if quietly else [await self.happens(event) for event in _REMOVED]

    async def happens(self, event: Mapping[str, Any], *, at: int | None = None) -> Delivered:
        """An event is sent, as of now or of another time (seconds since 1970)."""
        return await self.deliver(
            slack_payloads.happening(
                dict(event),
                event_id=f"Ev{self.workspace.next()}",
                team=self.workspace.team,
                event_time=int(self.clock().timestamp()) if at is None else at,
            )
        )


#: in the order in which Slack sends them
_REMOVED: tuple[dict[str, Any], ...] = (
    {"type": "tokens_revoked", "tokens": {"oauth": [], "bot": [BOT_USER]}},
    {"type": "app_uninstalled"},
)
