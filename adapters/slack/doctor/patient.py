"""The Slack app as a doctor finds it; the first look fills in whose token it is."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace

from adapters.slack.client import Refused, SlackClient, Unreachable
from adapters.slack.errors import BROKEN
from adapters.slack.workspace import Workspace
from bot.doctor.parting import parted
from bot.doctor.verdict import Finding, red
from bot.doctor.wanted import Wanted
from bot.installations import Installation
from bot.ports import Clock
from bot.settings import SlackSettings

_NETWORK = "Look at the network and the proxy of this machine, and at slack-status.com."


@dataclass(slots=True, kw_only=True)
class Patient:
    """What the looks share."""

    settings: SlackSettings
    wanted: Wanted
    client: SlackClient
    clock: Clock
    #: the workspaces that installed the app; raises `Busy`
    installed: Callable[[], Awaitable[Sequence[Installation]]]
    #: whether a Placet answers here, which holds Slack's sockets
    is_serving: Callable[[], Awaitable[bool]]
    workspace: Workspace = field(default_factory=Workspace)
    #: as Slack says they were granted, None where it does not
    scopes: frozenset[str] | None = None
    #: of the other workspaces whose tokens work, by tenant
    others: dict[str, SlackClient] = field(default_factory=dict)

    def client_of(self, team: str | None) -> SlackClient | None:
        """Through whom a workspace is asked, None for one that has not installed the app."""
        if team is None or team == self.workspace.team_id:
            return self.client if self.workspace.is_known else None
        return self.others.get(team)

    def other(self, installation: Installation) -> SlackClient:
        """A client for another workspace, closed with this one."""
        client = SlackClient(replace(self.settings, bot_token=installation.bot_token))
        self.others[installation.tenant] = client
        return client

    async def close(self) -> None:
        """Close all connections."""
        for client in (self.client, *self.others.values()):
            await client.close()


def refusal(error: Refused | Unreachable, about: str = "", broken: Mapping[str, str] = BROKEN) -> Finding:
    """What is to be said when Slack says no, or nothing."""
    if isinstance(error, Unreachable):
        return red(str(error), _NETWORK, about=about)
    if error.retry_after is not None:
        seconds = error.retry_after.total_seconds()
        return red(f"Slack limits how often it may be asked, for {seconds:g} seconds.", "Try again then.")
    sentence = broken.get(error.code)
    if sentence is None:
        return red(f"Slack answered {error.code}.", "", about=about)
    return red(*parted(sentence), about=about)
