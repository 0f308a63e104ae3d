"""A fake Teams on 127.0.0.1: the connector with Teams' limits, a key server, and people who press buttons.

    async with FakeTeams() as teams:
        team = teams.tenant.add_team("Support")
        channel = teams.tenant.add_channel(team, "approvals")
        teams.connect("http://127.0.0.1:8080/api/messages")
        await teams.mention(channel, "help", by="Ann")
        card = await teams.card(channel)
        answer = await teams.press(card, "Approve", by="Ann")

For the product's settings: `app_id`, `app_password`, `login_url`, `metadata_url`, `tenant.id`.
"""

import asyncio
import contextlib
import json
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, Self

import aiohttp

from tests.fakes import teams_payloads
from tests.fakes.key_server import APP_ID, KeyServer
from tests.fakes.teams_http import TeamsServer
from tests.fakes.teams_tenant import APP_PASSWORD, Conversation, Posted

PATIENCE_S = 60.0


@dataclass(frozen=True, kw_only=True)
class Delivered:
    """How the bot answered what Teams sent."""

    status: int
    body: str

    @property
    def json(self) -> Any:
        """The body, where it is JSON."""
        return json.loads(self.body) if self.body else {}


class FakeTeams(TeamsServer):
    """One tenant with one bot in it."""

    app_id, app_password = APP_ID, APP_PASSWORD

    def __init__(self, clock: Callable[[], datetime] | None = None) -> None:
        super().__init__(clock or (lambda: datetime.now(UTC)))
        self.keys = KeyServer(self.clock)
        self._bot_url = ""

    @property
    def login_url(self) -> str:
        """For the product's settings."""
        return self.url

    @property
    def metadata_url(self) -> str:
        """For the product's settings."""
        return self.keys.metadata_url

    async def __aenter__(self) -> Self:
        await self.keys.open()
        await self.open()
        return self

    async def __aexit__(self, *_: object) -> None:
        await self.shut()
        await self.keys.shut()

    def connect(self, bot_url: str) -> None:
        """Where activities go from now on."""
        self._bot_url = bot_url

    # -- what people do

    async def mention(self, where: Conversation, text: str, *, by: str, thread: str = "") -> Delivered:
        """Somebody speaks to the bot."""
        person = self.tenant.accounts[by]
        return await self.deliver(
            teams_payloads.message(self.tenant, where, person, text, at=self.clock(), thread=thread)
        )

    async def install(self, where: Conversation, *, by: str = "Ann") -> Delivered:
        """Somebody adds the bot."""
        where.has_bot = True
        person = self.tenant.accounts[by]
        return await self.deliver(teams_payloads.installed(self.tenant, where, person, at=self.clock()))

    async def uninstall(self, where: Conversation, *, by: str = "Ann") -> Delivered:
        """Somebody removes the bot."""
        where.has_bot = False
        person = self.tenant.accounts[by]
        return await self.deliver(teams_payloads.uninstalled(self.tenant, where, person, at=self.clock()))

    async def press(
        self, on: Posted, title: str, *, by: str, inputs: Mapping[str, Any] | None = None
    ) -> Delivered:
        """Somebody presses the button with this title, with what is in the inputs."""
        action = next((a for a in actions_of(on.card or {}) if a.get("title") == title), None)
        if action is None:
            raise AssertionError(f"There is no button {title!r} on {json.dumps(on.card)[:2000]}")
        return await self.execute(on, action, by=by, inputs=inputs)

    async def execute(
        self, on: Posted, action: Mapping[str, Any], *, by: str, inputs: Mapping[str, Any] | None = None
    ) -> Delivered:
        """Somebody presses this action, as it stands on the shared card or on one that they alone see."""
        data = {**(action.get("data") or {}), **(inputs or {})}
        pressed = {name: action[name] for name in ("type", "id", "verb") if name in action} | {"data": data}
        where = self.tenant.find(on.conversation)
        if where is None:
            raise AssertionError("the conversation is gone")
        person, now = self.tenant.accounts[by], self.clock()
        if action["type"] == "Action.Submit":
            made = teams_payloads.submit(self.tenant, where, person, on, data, at=now)
        else:
            made = teams_payloads.execute(self.tenant, where, person, on, pressed, at=now)
        return await self.deliver(made)

    async def deliver(self, activity: Mapping[str, Any], *, token: str | None = None) -> Delivered:
        """Send an activity to the bot, with a token of the key server's unless another is given."""
        sent = {"serviceUrl": self.service_url, **activity}
        signed = token if token is not None else self.keys.token(serviceurl=sent["serviceUrl"])
        return await self.send(
            json.dumps(sent).encode(),
            {"Content-Type": "application/json", "Authorization": f"Bearer {signed}"},
        )

    async def send(self, body: bytes, headers: Mapping[str, str]) -> Delivered:
        """Send anything, with any headers."""
        async with (
            aiohttp.ClientSession() as http,
            http.post(self._bot_url, data=body, headers=headers) as answer,
        ):
            return Delivered(status=answer.status, body=await answer.text())

    # -- what people see

    def posted(self, where: Conversation) -> list[Posted]:
        """What the bot put into a conversation, threads included, oldest first."""
        return [m for m in self.tenant.posted if m.conversation.partition(";")[0] == where.id]

    def cards(self, where: Conversation) -> list[Posted]:
        """The messages among these that carry a card."""
        return [message for message in self.posted(where) if message.card is not None]

    async def card(self, where: Conversation, *, number: int = -1, count: int = 1) -> Posted:
        """Wait for at least `count` cards in a conversation, and look at one of them."""
        await self.until(lambda: len(self.cards(where)) >= count, lambda: f"{count} cards in {where.name}")
        return self.cards(where)[number]

    async def expect(self, card: Posted, *words: str) -> None:
        """Wait until a shared card shows all these words."""

        def shown() -> bool:
            text = json.dumps(card.card, ensure_ascii=False)
            return all(word in text for word in words)

        await self.until(shown, lambda: f"{words} on {json.dumps(card.card, ensure_ascii=False)[:3000]}")

    async def until(self, holds: Callable[[], bool], wanted: Callable[[], str]) -> None:
        """Wait until something holds, looking after every change."""
        try:
            async with asyncio.timeout(PATIENCE_S):
                while not holds():
                    self._changed.clear()
                    with contextlib.suppress(TimeoutError):
                        async with asyncio.timeout(0.05):
                            await self._changed.wait()
        except TimeoutError:
            raise AssertionError(f"Waited in vain for {wanted()}") from None


def actions_of(node: Any) -> Iterator[Mapping[str, Any]]:
    """Every action on a card, wherever it stands; fallbacks are left out."""
    if isinstance(node, Mapping):
        if str(node.get("type", "")).startswith("Action."):
            yield node
        for name, inner in node.items():
            if name != "fallback":
                yield from actions_of(inner)
    elif isinstance(node, list | tuple):
        for inner in node:
            yield from actions_of(inner)
