"""Slack as the rest of Placet sees it: a channel for cards, a route, and a connection."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from aiohttp import web

from adapters.slack.background import Background
from adapters.slack.channel import SlackChannel
from adapters.slack.client import SlackClient
from adapters.slack.connecting import Connecting
from adapters.slack.mount import Mount
from adapters.slack.pins import Pins
from adapters.slack.socket_mode import SocketMode
from adapters.slack.workspace import Workspace


@dataclass(frozen=True, slots=True, kw_only=True)
class Slack:
    """One workspace."""

    channel: SlackChannel
    client: SlackClient
    workspace: Workspace
    pins: Pins
    #: None without a signing secret
    mounting: Mount | None
    #: None without an app-level token
    sockets: SocketMode | None
    connecting: Connecting
    background: Background

    @property
    def home_team(self) -> str:
        """The workspace's id; empty until Slack has answered."""
        return self.workspace.team_id

    def mount(self, app: web.Application) -> None:
        """Add the route for Slack's traffic, where it comes over HTTP."""
        if self.mounting is not None:
            self.mounting.on(app)

    async def start(self, *, listen: bool = True) -> None:
        """Connect; a process that only carries work outward does not listen.

        Raises `Misconfigured` when Slack refuses the token. When Slack cannot be reached it is asked again
        in the background; until then the door is shut and `home_team` is empty.
        """
        if not await self.connecting.once():
            self.background.start(self.connecting.until_known())
        if listen and self.sockets is not None:
            self.background.start(self.sockets.run())

    async def stop(self) -> None:
        """End everything; what was acknowledged is stored already."""
        await self.background.stop()
        await self.client.close()

    async def pin(self, names: Iterable[str]) -> dict[str, str]:
        """`slack:#name` to `slack:C…`, for the names that exist; raises `SlackUnavailable`."""
        return await self.pins.pin(names)
