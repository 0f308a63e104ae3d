"""Bolt alone: its own check of the signature, its own routing, a listener that only acknowledges."""

from __future__ import annotations

import asyncio

from aiohttp import web
from slack_bolt.adapter.aiohttp import to_aiohttp_response, to_bolt_request
from slack_bolt.async_app import AsyncAck, AsyncApp
from slack_bolt.authorization import AuthorizeResult

from adapters.slack.mount import PATH
from bench.door import SETTINGS, SIGNING_SECRET, TEAM
from bot.chat.names import ACTIONS
from bot.domain.card import Press


async def authorize() -> AuthorizeResult:
    """Who we are, without asking Slack, as Placet does it too."""
    return AuthorizeResult(
        enterprise_id=None, team_id=TEAM, bot_id="B0BOT", bot_user_id="U0BOT", bot_token=SETTINGS.bot_token
    )


async def acknowledge(ack: AsyncAck) -> None:
    """All that this listener does."""
    await ack()


async def main() -> None:
    """Serve until killed; prints the port."""
    bolt = AsyncApp(name="bench", signing_secret=SIGNING_SECRET, authorize=authorize)
    bolt.action(ACTIONS[Press.APPROVE])(acknowledge)

    async def events(request: web.Request) -> web.Response:
        return await to_aiohttp_response(await bolt.async_dispatch(await to_bolt_request(request)))

    app = web.Application()
    app.router.add_post(PATH, events)
    runner = web.AppRunner(app, access_log=None)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    print(f'{{"port": {runner.addresses[0][1]}}}', flush=True)
    await asyncio.Event().wait()


if __name__ == "__main__":
    asyncio.run(main())
