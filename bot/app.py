"""The composition root: the only place that knows every part, and puts them together."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable
from contextlib import AsyncExitStack
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

from aiohttp import web

from adapters.agents.agents import AgentsSettings, build_agents
from adapters.agents.key_ring import KeyRing
from adapters.agents.middleware import problem_middleware
from adapters.agents.patient_site import PatientSite
from adapters.operations.listeners import Operations
from adapters.web.settings import WebSettings
from adapters.web.web import build_web
from bot.approvals import Approvals
from bot.bell import Bell
from bot.carriers.callbacks import CallbackCarrier
from bot.carriers.cards import CardCarrier
from bot.carriers.lines import LineCarrier
from bot.domain.directory import Directory
from bot.domain.errors import PlacetError
from bot.loop import Loop
from bot.metrics import Metrics
from bot.outbox import Outbox
from bot.policy import Policy, PolicyBook
from bot.ports import CardChannel, Clock
from bot.secrets import SecretBox
from bot.settings import Settings
from bot.worker import Worker
from storage.conversations import Conversations
from storage.housekeeping import Housekeeping
from storage.keys import KeyStore
from storage.leases import release
from storage.migrate import migrate
from storage.policy_versions import PolicyVersions
from storage.process_lock import hold
from storage.signing_keys import SigningKeyStore
from storage.store import SqlStore
from storage.web_sessions import WebSessions

if TYPE_CHECKING:
    from adapters.slack.slack import Slack
    from adapters.teams.teams import Teams

#: how long a shutdown waits for answers under way (seconds)
GOODBYE = 5.0
#: how long an idle connection is kept for its next request (seconds)
IDLE = 75.0
#: how often a platform is asked again what it could not tell
RETRY_EVERY = timedelta(seconds=2)

_log = logging.getLogger(__name__)


def utc_now() -> datetime:
    """The system's clock."""
    return datetime.now(UTC)


class App:
    """One process of Placet. Nothing is connected before `start`."""

    def __init__(
        self, settings: Settings, policy: Policy, *, clock: Clock = utc_now, demo: bool = False
    ) -> None:
        self.settings = settings
        self.clock = clock
        self.metrics = Metrics()
        self.book = PolicyBook(settings.policy, policy, self._prepare)
        box = SecretBox(settings.secret_keys)
        self.store = SqlStore(
            settings.database_url, clock=clock, directory=self._directory, on_end=self.metrics.ended
        )
        self.metrics.write_queue.set_function(lambda: self.store.depth)
        self.keys = KeyStore(self.store, box)
        self.key_ring = KeyRing(SigningKeyStore(self.store, box))
        self.sessions = WebSessions(self.store)
        self.approvals = Approvals(
            store=self.store, policy=self.book.current, clock=clock, signer=box, metrics=self.metrics
        )
        self.web = build_web(
            WebSettings(public_url=settings.public_url, secure_cookies=settings.is_https, demo=demo),
            self.approvals,
            self.store,
            self.sessions,
            self._directory,
            clock,
        )
        self.agents = build_agents(
            AgentsSettings(public_url=settings.public_url, allow_networks=settings.callback_allow_networks),
            approvals=self.approvals,
            store=self.store,
            keys=self.keys,
            signing_keys=self.key_ring,
            directory=self._directory,
            clock=clock,
        )
        self.slack = self._build_slack()
        self.teams = self._build_teams()
        self.worker = self._build_worker()
        self._housekeeping = Housekeeping(self.store, self._sign_seal)
        self._running = AsyncExitStack()
        #: whether the policy in force is connected and pinned as far as it can be
        self._is_ready = False

    def http(self) -> web.Application:
        """The HTTP application with every route."""
        app = web.Application(
            middlewares=[problem_middleware(f"{self.settings.public_url}/docs")], client_max_size=2**20
        )
        self.web.mount(app)
        self.agents.mount(app)
        Operations(metrics=self.metrics, check=self.store.check).mount(app)
        if self.slack is not None:
            self.slack.mount(app)
        if self.teams is not None:
            self.teams.mount(app)
        return app

    async def start(self, *, listens: bool = True) -> None:
        """Bring the database up to date, load the keys, and connect to the platforms.

        A process that only carries effects outward does not listen to them. Raises `Misconfigured` or
        `Busy` with a sentence for the operator.
        """
        lock = hold(self.settings.database_url)
        if lock is not None:
            self._running.callback(lock.release)
        self._running.callback(self.store.close)
        await asyncio.to_thread(migrate, self.settings.database_url)
        if lock is not None:
            # Nobody else runs here, so whoever leased anything is dead.
            await self.store.write(release)
        await self.key_ring.load()
        await self._running.enter_async_context(self.agents)
        if self.slack is not None:
            await self.slack.start(listen=listens)
            self._running.push_async_callback(self.slack.stop)
        if self.teams is not None:
            await self.teams.start()
            self._running.push_async_callback(self.teams.stop)
        await self.book.prepare()

    async def close(self) -> None:
        """Let go of everything that `start` took."""
        await self._running.aclose()

    async def work(self, stopped: asyncio.Event) -> None:
        """Carry effects outward and fire timers until stopped; then finish or abandon what is begun."""
        loops = [
            Loop(doing="sealing the audit", step=self._housekeeping.seal, bell=Bell()),
            Loop(doing="pruning", step=self._housekeeping.prune, bell=Bell()),
        ]
        tasks = [asyncio.create_task(self.worker.run()), *(asyncio.create_task(loop.run()) for loop in loops)]
        await self.follow_policy(stopped)
        await self.worker.stop()
        for loop in loops:
            loop.stop()
        await asyncio.gather(*tasks)
        await self.seal()

    async def follow_policy(self, stopped: asyncio.Event) -> None:
        """Keep the policy in force in step with its file, and with the platforms, until stopped."""
        catching_up = Loop(doing="making the policy ready", step=self._catch_up, bell=Bell())
        tasks = [asyncio.create_task(catching_up.run()), asyncio.create_task(self.book.watch())]
        await stopped.wait()
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)

    async def seal(self) -> None:
        """Put what is unsealed under a seal now."""
        await self._housekeeping.seal()

    async def serve(self, stopped: asyncio.Event, *, works: bool, ready: Callable[[str], None]) -> None:
        """Answer HTTP until stopped; `ready` is told the address."""
        # A compressed body can unpack to a thousand times its size; no door here takes any.
        runner = web.AppRunner(
            self.http(),
            shutdown_timeout=GOODBYE,
            access_log=None,
            auto_decompress=False,
            keepalive_timeout=IDLE,
        )
        await runner.setup()
        try:
            site = PatientSite(runner, self.settings.host, self.settings.port)
            await site.start()
            ready(self.settings.public_url)
            await (self.work(stopped) if works else self.follow_policy(stopped))
        finally:
            await runner.cleanup()

    def _directory(self) -> Directory:
        return self.book.current().directory

    def _build_slack(self) -> Slack | None:
        slack = self.settings.slack
        if slack is None:
            return None
        # Bolt costs a second to import, and not everybody is on Slack.
        from adapters.slack.slack import build_slack

        return build_slack(slack, self.approvals, self._directory, self.clock)

    def _build_teams(self) -> Teams | None:
        teams = self.settings.teams
        if teams is None:
            return None
        # What proves who speaks as Teams costs time to import, and not everybody is on Teams.
        from adapters.teams.teams import build_teams

        return build_teams(teams, self.approvals, self._directory, self.clock, Conversations(self.store))

    def _build_worker(self) -> Worker:
        channels: dict[str, CardChannel] = {self.web.channel.platform: self.web.channel}
        if self.slack is not None:
            channels[self.slack.channel.platform] = self.slack.channel
        if self.teams is not None:
            channels[self.teams.channel.platform] = self.teams.channel
        outbox = Outbox(
            cards=CardCarrier(store=self.store, channels=channels, draw=self.approvals.draw),
            lines=LineCarrier(store=self.store, channels=channels),
            callbacks=CallbackCarrier(
                store=self.store,
                sender=self.agents.sender,
                compose=self.agents.compose,
                secrets_of=self.keys.secrets_of,
            ),
            clock=self.clock,
        )
        return Worker(store=self.store, outbox=outbox, clock=self.clock, metrics=self.metrics)

    async def _prepare(self, policy: Policy) -> Policy:
        """Make a policy that was just read the one in force: connected, pinned, and kept."""
        platforms = {self.web.channel.platform}
        home: dict[str, tuple[str, ...]] = {}
        self._is_ready = True
        if self.slack is not None:
            platforms.add(self.slack.channel.platform)
            policy = await self._pinned(self.slack, policy)
            home[self.slack.channel.platform] = (self.slack.home_team,) if self.slack.home_team else ()
        if self.teams is not None:
            platforms.add(self.teams.channel.platform)
            policy = policy.pinned(await self.teams.pin(policy.channels()))
            home[self.teams.channel.platform] = self.teams.tenants
        await PolicyVersions(self.store).keep(policy.version, policy.text)
        return policy.connected(platforms, home)

    async def _pinned(self, slack: Slack, policy: Policy) -> Policy:
        """The policy with Slack's ids; with names, for now, when Slack cannot be asked."""
        try:
            ids = await slack.pin(policy.channels()) if slack.home_team else {}
            self._is_ready = bool(slack.home_team)
        except PlacetError as error:
            _log.warning(
                "Channels of the policy could not be looked up, it is tried again: %s", error.sentence
            )
            ids, self._is_ready = {}, False
        return policy.pinned(ids)

    async def _catch_up(self) -> timedelta:
        """Finish what a platform could not tell when the policy was read."""
        if not self._is_ready or (self.teams is not None and await self.teams.has_news()):
            await self.book.prepare()
        return RETRY_EVERY

    def _sign_seal(self, statement: bytes) -> tuple[str, bytes]:
        key = self.key_ring.current()
        return key.kid, key.private.sign(statement)
