"""A running product beside Teams and its agent: where the end-to-end tests with Teams begin."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from .agent_receiver import AgentReceiver
from .placet_process import AgentKey, Json, PlacetProcess
from .teams_desk import TeamsDesk
from .teams_screen import Card
from .teams_server import Posted, TeamsServer
from .teams_tenant import CHANNELS
from .waiting import wait_until


@dataclass(frozen=True, kw_only=True, slots=True)
class TeamsStage:
    """Everything that takes part; the bot is installed in the team."""

    placet: PlacetProcess
    teams: TeamsServer
    desk: TeamsDesk
    agent: AgentReceiver
    key: AgentKey

    def submit(self, request: dict[str, Any]) -> Json:
        """Ask as the agent; return the resource."""
        return self.placet.submit(self.key, request)

    def state(self, asked: Json) -> Json:
        """Return the resource as it is now."""
        return self.placet.approval(self.key, asked["id"])

    def do(self, asked: Json, what: str, **body: str) -> Json:
        """Call one of the request's own operations as the agent, such as `messages`; return the resource."""
        return self.placet.call("POST", f"/v1/approvals/{asked['id']}/{what}", self.key, body=body)

    def posted(self, channel: str = "General") -> Posted:
        """Wait for the one card of a channel, as everybody sees it now."""
        (card,) = self.teams.wait_for_cards(CHANNELS[channel])
        return card

    def wait_for_posted(self, text: str) -> None:
        """Wait until the one card in General says so to everybody; its presser may see it sooner."""
        wait_until(
            lambda: text in str(self.posted().content), why=f"{text!r} on the card that everybody sees"
        )

    def card(self, text: str, channel: str = "General") -> Card:
        """Wait for the card that says `text` on Ann's screen, with the channel open."""
        return self.desk.open_channel(channel).card(text)
