"""A running product beside its Slack workspace and its agent: where most end-to-end tests begin."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from playwright.sync_api import Page, expect

from .agent_receiver import AgentReceiver
from .placet_process import AgentKey, Json, PlacetProcess
from .slack_desk import Desk, Window
from .slack_server import SlackServer
from .waiting import wait_until


@dataclass(frozen=True, kw_only=True, slots=True)
class Stage:
    """Everything that takes part."""

    placet: PlacetProcess
    slack: SlackServer
    desk: Desk
    agent: AgentReceiver
    key: AgentKey

    def submit(self, request: dict[str, Any]) -> Json:
        """Ask as the agent; return the resource."""
        return self.placet.submit(self.key, request)

    def state(self, asked: Json) -> Json:
        """Return the resource as it is now."""
        return self.placet.approval(self.key, asked["id"])

    def do(self, asked: Json, what: str, **body: str) -> Json:
        """Call one of the request's own operations as the agent, such as `redeem`; return the resource."""
        return self.placet.call("POST", f"/v1/approvals/{asked['id']}/{what}", self.key, body=body)

    def window(self, person: str, channel: str = "support") -> Window:
        """Return the person's window with the channel open."""
        return self.desk.as_user(person).open_channel(channel)

    def wait_for_cards(self, channel: str, count: int = 1) -> list[Json]:
        """Wait until the channel holds as many cards, and return them, oldest first."""
        wait_until(
            lambda: len(self.slack.cards(channel)) >= count,
            why=lambda: f"{count} card(s) in #{channel}; there are {len(self.slack.cards(channel))}",
        )
        return self.slack.cards(channel)

    def sign_in(self, page: Page, person: str) -> str:
        """Follow a fresh one-time link to the browser inbox; return it."""
        link = self.placet.run("inbox-link", "--person", person).strip()
        page.goto(link)
        page.get_by_role("button", name="Sign in").click()
        expect(page.locator(".my-name")).to_be_attached()
        return link

    def press_unseen(self, card: Json, channel: str, person: str, label: str) -> None:
        """Press what `card` (as it was then) offered, whatever it offers now: a window that lags behind."""
        self.slack.press(channel, card["ts"], person, button(card, label))


def button(card: Json, label: str) -> Json:
    """Return the button with this label and its block id, as Slack sends it back; asserts there is one."""
    found = [
        {**element, "block_id": block["block_id"]}
        for block in card["blocks"]
        for element in block.get("elements", [])
        if element["type"] == "button" and element["text"]["text"] == label
    ]
    assert found, f"no button {label!r} on the card: {card['text']}"
    return found[0]
