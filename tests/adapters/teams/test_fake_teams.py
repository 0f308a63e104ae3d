"""What stands in for Teams behaves as Teams does, so that tests against it mean something."""

from collections.abc import AsyncIterator
from typing import Any, Self

import aiohttp
import jwt
import pytest
from aiohttp import web

from tests.fakes.clock import MovedClock
from tests.fakes.fake_teams import FakeTeams
from tests.fakes.key_server import APP_ID, ISSUER

CARD = {"type": "AdaptiveCard", "version": "1.5", "actions": [{"type": "Action.Execute", "title": "Approve"}]}
WITH_CARD = {
    "type": "message",
    "attachments": [{"contentType": "application/vnd.microsoft.card.adaptive", "content": CARD}],
}


class Bot:
    """Writes down what it gets."""

    def __init__(self) -> None:
        self.got: list[Any] = []
        self.tokens: list[str] = []
        self._runner: web.AppRunner | None = None
        self.url = ""

    async def __aenter__(self) -> Self:
        app = web.Application()
        app.router.add_post("/api/messages", self._take)
        self._runner = web.AppRunner(app, access_log=None)
        await self._runner.setup()
        await web.TCPSite(self._runner, "127.0.0.1", 0).start()
        self.url = f"http://127.0.0.1:{self._runner.addresses[0][1]}/api/messages"
        return self

    async def __aexit__(self, *_: object) -> None:
        if self._runner is not None:
            await self._runner.cleanup()

    async def _take(self, request: web.Request) -> web.Response:
        self.got.append(await request.json())
        self.tokens.append(request.headers["Authorization"].removeprefix("Bearer "))
        return web.Response()


@pytest.fixture
async def teams() -> AsyncIterator[FakeTeams]:
    async with FakeTeams(MovedClock()) as teams:
        teams.is_open = True
        yield teams


async def post(teams: FakeTeams, conversation: str, body: Any) -> tuple[int, str]:
    url = f"{teams.service_url}v3/conversations/{conversation}/activities"
    async with aiohttp.ClientSession() as http, http.post(url, json=body) as answer:
        return answer.status, answer.headers.get("Retry-After", "")


async def test_a_pressed_button_reaches_the_bot_as_an_invoke_in_its_thread(teams: FakeTeams) -> None:
    channel = teams.tenant.add_channel(teams.tenant.add_team("Support"), "approvals")
    async with Bot() as bot:
        teams.connect(bot.url)
        await post(teams, channel.id, WITH_CARD)
        card = await teams.card(channel)
        assert (await teams.press(card, "Approve", by="Ann", inputs={"reason": "fine"})).status == 200
        assert bot.got[-1]["name"] == "adaptiveCard/action"
        assert bot.got[-1]["value"]["action"]["data"] == {"reason": "fine"}
        assert bot.got[-1]["conversation"]["id"] == f"{channel.id};messageid={card.id}"


async def test_its_tokens_are_verified_by_the_keys_it_publishes() -> None:
    async with FakeTeams() as teams, Bot() as bot, aiohttp.ClientSession() as http:
        teams.connect(bot.url)
        await teams.mention(teams.tenant.add_chat("leads"), "help", by="Ben")
        async with http.get(teams.metadata_url) as answer:
            metadata = await answer.json()
        async with http.get(metadata["jwks_uri"]) as answer:
            keys = jwt.PyJWKSet.from_dict(await answer.json())
        claims = jwt.decode(
            bot.tokens[-1], keys.keys[0], algorithms=["RS256"], audience=APP_ID, issuer=ISSUER
        )
        assert claims["serviceurl"] == bot.got[-1]["serviceUrl"] == teams.service_url


async def test_the_eighth_message_within_a_second_has_to_wait(teams: FakeTeams) -> None:
    clock = teams.clock
    assert isinstance(clock, MovedClock)
    chat = teams.tenant.add_chat("leads")
    assert [await post(teams, chat.id, {}) for _ in range(7)] == [(201, "")] * 7
    assert await post(teams, chat.id, {}) == (429, "1")
    clock.advance(seconds=1)
    assert await post(teams, chat.id, {}) == (201, "")
    assert (await post(teams, chat.id, {}))[0] == 429


async def test_a_message_over_28_kilobytes_is_refused(teams: FakeTeams) -> None:
    chat = teams.tenant.add_chat("leads")
    assert (await post(teams, chat.id, {"text": "x" * 28_000}))[0] == 201
    assert (await post(teams, chat.id, {"text": "x" * 28_672}))[0] == 413


async def test_a_conversation_without_the_bot_takes_nothing(teams: FakeTeams) -> None:
    chat = teams.tenant.add_chat("leads")
    chat.has_bot = False
    assert (await post(teams, chat.id, {}))[0] == 403
    assert (await post(teams, "19:nowhere@thread.v2", {}))[0] == 404
