"""The Slack part between a fake Slack and the real use cases over a store in memory."""

from collections.abc import Awaitable, Callable
from dataclasses import replace
from datetime import timedelta
from typing import Any

from aiohttp import web
from aiohttp.test_utils import TestServer

from adapters.slack.slack import Slack, build_slack
from bot.approvals import Approvals
from bot.carriers.batches import BatchCarrier
from bot.carriers.callbacks import CallbackCarrier
from bot.carriers.cards import CardCarrier
from bot.carriers.lines import LineCarrier
from bot.domain.directory import Directory
from bot.domain.packet import Impact, ProposedAction, ReviewPacket
from bot.domain.request import ApprovalRequest
from bot.domain.status import ImpactLevel
from bot.domain.terms import Quorum, Step, Target, TargetKind
from bot.installations import InstallationBook
from bot.metrics import Metrics
from bot.outbox import Outbox
from bot.pace import UNPACED
from bot.pacing import Pacing
from bot.ports import CallbackJob, CardChannel, Composed, Done, Sent
from bot.secrets import SecretBox
from bot.settings import SlackSettings
from bot.submissions import Ask
from bot.threads import Threads
from bot.worker import Worker
from tests.adapters.people import directory_of, edit_in_the_browser, edits_of
from tests.fakes.clock import MovedClock
from tests.fakes.listener import Listener
from tests.fakes.memory_groups import MemoryGroups
from tests.fakes.plain_policy import PlainPolicy
from tests.fakes.slack_server import FakeSlack
from tests.fakes.slack_workspace import TEAM
from tests.fakes.stalling_store import StallingStore
from tests.patience import PATIENT

PEOPLE = {"ann": "U01ANN", "ben": "U01BEN", "cat": "U01CAT"}


class NoCallbacks:
    """No agent waits for an answer."""

    async def send(self, url: str, message_id: str, body: bytes, secrets: object) -> Sent:
        return Done()


class Desk:
    """One installation, not started yet."""

    def __init__(
        self,
        slack: FakeSlack,
        clock: MovedClock,
        *,
        patience: timedelta = PATIENT,
        installations: InstallationBook | None = None,
        **settings: Any,
    ) -> None:
        self.slack, self.clock = slack, clock
        self.policy = PlainPolicy()
        self.policy.directory = directory()
        self.policy.terms = replace(
            self.policy.terms,
            quorum=Quorum(voters=("ann", "ben")),
            steps=(step("slack:C0SUPPORT", "#support"), step("slack:C0LEADS", "#leads")),
        )
        self.store = StallingStore(clock=clock, directory=lambda: self.policy.directory)
        self.approvals = Approvals(
            store=self.store, policy=lambda: self.policy, clock=clock, signer=SecretBox(["k" * 32])
        )
        self.edits = edits_of(store=self.store, policy=self.policy, clock=clock)
        given: dict[str, Any] = {
            "bot_token": slack.bot_token,
            "signing_secrets": (slack.signing_secret,),
            **settings,
        }
        self.settings = SlackSettings(api_url=slack.api_url, **given)
        self.groups = MemoryGroups()
        self.listener = Listener()
        self.product: Slack = build_slack(
            self.settings,
            self.approvals,
            self.edits,
            lambda: self.policy.directory,
            clock,
            groups=self.groups,
            installations=installations,
            hears=self.listener,
            threads=Threads(self.store),
            patience=patience,
        )
        self._server: TestServer | None = None
        self.worker = self._worker()

    async def start(self, on_connected: Callable[[], Awaitable[None]] | None = None) -> None:
        """Serve, connect, and tell Slack where."""
        app = web.Application()
        self.product.mount(app)
        self._server = TestServer(app)
        await self._server.start_server()
        if self.settings.signing_secrets:
            self.slack.connect(str(self._server.make_url("/slack/events")))
        await self.product.start(on_connected=on_connected)

    async def stop(self) -> None:
        """Shut down."""
        await self.product.stop()
        if self._server is not None:
            await self._server.close()

    async def ask(self, *, high_impact: bool = False, **action: Any) -> ApprovalRequest:
        """An agent asks; its card is posted."""
        request = await self.submit(high_impact=high_impact, **action)
        await self.settle()
        return await self.now(request)

    async def submit(self, *, high_impact: bool = False, **action: Any) -> ApprovalRequest:
        """An agent asks; nothing is posted yet."""
        wanted = {
            "name": "refund.issue",
            "summary": "Refund 240.00 EUR to order 4892",
            "arguments": {"order": "4892", "amount": "240.00"},
            **action,
        }
        packet = ReviewPacket(
            action=ProposedAction(**wanted),
            reasoning="The customer was charged twice.",
            impact=Impact(level=ImpactLevel.HIGH if high_impact else None),
        )
        accepted = await self.approvals.submit(Ask(agent="support-bot", packet=packet))
        return accepted.stored.request

    async def edit(self, request: ApprovalRequest, by: str, **arguments: Any) -> None:
        """Somebody changes the arguments."""
        await edit_in_the_browser(
            request, by, approvals=self.approvals, store=self.store, policy=self.policy, **arguments
        )

    async def settle(self) -> None:
        """Let the worker tell the outside everything that is due, and background answers end."""
        await self.product.background.settle()
        await self.worker.drain()

    async def now(self, request: ApprovalRequest) -> ApprovalRequest:
        """The request as it stands."""
        stored = await self.store.read(request.id)
        if stored is None:
            raise AssertionError("the request is gone")
        return stored.request

    def _worker(self) -> Worker:
        channels: dict[str, CardChannel] = {"slack": self.product.channel}
        outbox = Outbox(
            cards=CardCarrier(store=self.store, channels=channels, draw=self.approvals.draw),
            batches=BatchCarrier(store=self.store, channels=channels, draw=self.approvals.batches.draw),
            lines=LineCarrier(store=self.store, channels=channels),
            callbacks=CallbackCarrier(sender=NoCallbacks(), secrets_of=_no_secrets),
            words=_no_words,
            clock=self.clock,
            lot=lambda: 1.0,
        )
        pacing = Pacing(self.clock, UNPACED)
        return Worker(store=self.store, outbox=outbox, clock=self.clock, metrics=Metrics(), pacing=pacing)


def directory() -> Directory:
    """Ann, Ben and Cat; Cat answers for the agent."""
    return directory_of("slack", PEOPLE, TEAM)


def step(ref: str, label: str) -> Step:
    """A quarter of an hour in one channel."""
    return Step(to=(Target(kind=TargetKind.CHANNEL, ref=ref, label=label),), wait=timedelta(minutes=15))


def _no_words(job: CallbackJob, *, receipt: str | None, decided_in: str | None) -> Composed:
    return Composed(body=b"{}", receipt=None)


async def _no_secrets(agent: str) -> list[str]:
    return []
