"""The demo's workspace, running: an installation and a sample agent that knows its key."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass

from bot.app import App
from bot.demo.agent import SampleAgent
from bot.demo.chronicle import Chronicle
from bot.demo.happening import Happening, Kind
from bot.demo.installation import installation
from bot.demo.policy import policy_text

AGENT = "support-bot"
YOUR_AGENT = "your-agent"

#: how a happening looks in the panel
_TONES = {
    Kind.ASKED: "asked",
    Kind.VERIFIED: "good",
    Kind.FORGED: "bad",
    Kind.ACTED: "did",
    Kind.LEFT: "did",
    Kind.FAILED: "bad",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Workspace:
    """What runs."""

    site: str
    agent: SampleAgent
    #: with this key, whoever looks on asks for something of their own
    your_key: str


@asynccontextmanager
async def workspace(*, port: int, first_wait: str, chronicle: Chronicle) -> AsyncIterator[Workspace]:
    """Everything the demo is made of, until the block ends; the chronicle hears what the agent does."""
    agent = SampleAgent(chronicle.add)
    policy = policy_text(callback=agent.callback_address, first_wait=first_wait)
    try:
        async with installation(port, policy) as app:
            chronicle.listen(lambda happening: _show(app, happening))
            key = await app.keys.create(AGENT)
            site = app.settings.public_url
            await agent.start(site=site, api_key=key.api_key, callback_secret=key.callback_secret)
            _offer(app, agent)
            yours = await app.keys.create(YOUR_AGENT)
            yield Workspace(site=site, agent=agent, your_key=yours.api_key)
    finally:
        await agent.stop()


def _show(app: App, happening: Happening) -> None:
    """Put it into the panel on the page."""
    if app.web.desk is None:
        return
    app.web.desk.write(
        at=app.clock(),
        tone=_TONES[happening.kind],
        title=happening.title,
        about=happening.about,
        details=happening.details,
    )


def _offer(app: App, agent: SampleAgent) -> None:
    async def ask() -> None:
        await agent.ask_next()

    if app.web.desk is not None:
        app.web.desk.on_ask(ask)
