"""A whole inbox on 127.0.0.1, over the store in memory, with agents that ask and people who sign in."""

import socket
from contextlib import AsyncExitStack
from dataclasses import replace
from typing import Any

from aiohttp import web

from adapters.web.settings import WebSettings
from adapters.web.web import Web, build_web
from bot.approvals import Approvals
from bot.domain.packet import ProposedAction, ReviewPacket
from bot.domain.request import ApprovalRequest
from bot.domain.sight import Sight
from bot.edits import Edits
from bot.insights import Insights
from bot.secrets import SecretBox
from bot.submissions import Ask
from tests.fakes.browser import Browser
from tests.fakes.clock import MovedClock
from tests.fakes.counted_measures import CountedMeasures
from tests.fakes.memory_drafts import MemoryDrafts
from tests.fakes.memory_store import MemoryStore
from tests.fakes.plain_policy import PlainPolicy
from tests.fakes.web_sessions import MemorySessions

REFUND = ReviewPacket(
    action=ProposedAction(
        name="refund.issue",
        summary="Refund 240.00 EUR to order 4892",
        arguments={"order": "4892", "amount": "240.00", "currency": "EUR"},
    ),
    reasoning="The parcel arrived broken and the photo shows it.",
)


class InboxDesk:
    """Everything that a test of the inbox moves."""

    def __init__(self, *, demo: bool = False) -> None:
        self.clock = MovedClock()
        self.policy = PlainPolicy()
        self.store = MemoryStore(clock=self.clock, directory=lambda: self.policy.directory)
        self.sessions = MemorySessions(self.clock)
        self.approvals = Approvals(
            store=self.store, policy=lambda: self.policy, clock=self.clock, signer=SecretBox(["k" * 32])
        )
        self.edits = Edits(
            store=self.store,
            policy=lambda: self.policy,
            clock=self.clock,
            signer=SecretBox(["k" * 32]),
            drafts=MemoryDrafts(self.clock),
        )
        self.measures = CountedMeasures()
        #: what people may see numbers of; nothing for who is not named
        self.sights: dict[str, Sight] = {}
        self.insights = Insights(
            measures=self.measures,
            sight=lambda person: self.sights.get(person, Sight(person=person)),
            store=self.store,
            directory=lambda: self.policy.directory,
            clock=self.clock,
        )
        self._demo = demo
        self._open = AsyncExitStack()
        self.site = ""
        self.web: Web

    async def start(self) -> None:
        """Serve the inbox; its address is known before it is built, as in the application."""
        listening = socket.create_server(("127.0.0.1", 0))
        self.site = f"http://127.0.0.1:{listening.getsockname()[1]}"
        self.web = build_web(
            WebSettings(public_url=self.site, secure_cookies=False, demo=self._demo),
            self.approvals,
            self.edits,
            self.store,
            self.sessions,
            lambda: self.policy.directory,
            self.clock,
            self.insights,
        )
        app = web.Application()
        self.web.mount(app)
        runner = web.AppRunner(app, shutdown_timeout=1)
        await runner.setup()
        self._open.push_async_callback(runner.cleanup)
        await web.SockSite(runner, listening).start()

    async def stop(self) -> None:
        await self._open.aclose()

    async def ask(self, packet: ReviewPacket = REFUND, **action: Any) -> ApprovalRequest:
        """An agent asks."""
        changed = replace(packet, action=replace(packet.action, **action))
        accepted = await self.approvals.submit(Ask(agent="support-bot", packet=changed))
        return accepted.stored.request

    def browser(self) -> Browser:
        """A browser that nobody has signed in with."""
        browser = Browser(self.site)
        self._open.push_async_callback(browser.close)
        return browser

    async def signed_in(self, person: str) -> Browser:
        """A browser in which a person is signed in."""
        browser = self.browser()
        page = await browser.get(f"/sign-in/{await self.sessions.create_link(person)}")
        await browser.send(page.forms[0])
        return browser
