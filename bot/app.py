"""The composition root: the only place that knows every part, and puts them together."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from contextlib import AsyncExitStack

from aiohttp import web

from adapters.agents.agents import AgentsSettings, build_agents
from adapters.agents.key_ring import KeyRing
from adapters.operations.listeners import Operations
from adapters.web.settings import WebSettings
from adapters.web.web import build_web
from bot.approvals import Approvals
from bot.carrying import build_worker
from bot.domain.directory import Directory
from bot.edits import Edits
from bot.group_keeper import GroupKeeper
from bot.insights import insights_under
from bot.metrics import Metrics
from bot.now import utc_now
from bot.opening import open_database
from bot.oversight import Oversight
from bot.platforms import build_platforms
from bot.policy import Policy, PolicyBook
from bot.policy.in_force import PolicyInForce
from bot.policy_news import PolicyNews
from bot.ports import Clock
from bot.reloading import Reloading
from bot.renewing import renewal
from bot.secrets import SecretBox
from bot.settings import Settings
from bot.sign_ins import InboxLinks
from bot.site import answering, site
from bot.speaking import Desk, Speaking
from bot.threads import Threads
from bot.upkeep import Upkeep
from storage.conversations import Conversations
from storage.drafts import Drafts
from storage.housekeeping import Housekeeping
from storage.installations import Installations
from storage.keys import KeyStore
from storage.measures import SqlMeasures
from storage.memberships import Memberships
from storage.policy_versions import PolicyVersions
from storage.rule_reviews import RuleReviewBook
from storage.signing_keys import SigningKeyStore
from storage.steering import SteeringKeeper
from storage.store import SqlStore
from storage.web_sessions import WebSessions


class App:
    """One process of Placet. Nothing is connected before `start`."""

    def __init__(
        self, settings: Settings, policy: Policy, *, clock: Clock = utc_now, demo: bool = False
    ) -> None:
        self.settings = settings
        self.clock = clock
        self.metrics = Metrics()
        self._box = box = SecretBox(settings.secret_keys)
        self.store = SqlStore(
            settings.database_url,
            clock=clock,
            directory=self._listed,
            on_end=self.metrics.ended,
            batch_over=settings.batch_over,
        )
        self.metrics.write_queue.set_function(lambda: self.store.depth)
        self.policy_news = news = PolicyNews(PolicyVersions(self.store))
        self.book = PolicyBook(settings.policy, policy, self._prepare, refuse=news.refuse, clock=clock)
        self.metrics.policy_broken.set_function(lambda: self.book.trouble is not None)
        self.keys = KeyStore(self.store, box)
        self.key_ring = KeyRing(SigningKeyStore(self.store, box), clock)
        self.sessions = WebSessions(self.store)
        self.inbox_links = InboxLinks(self.sessions, settings.public_url)
        self.policy = PolicyInForce(self.book.current, self.store.directory)
        self.measures = SqlMeasures(self.store)
        self.insights = insights_under(self.policy.current, self.measures, self.store, clock)
        self.approvals = Approvals(
            store=self.store,
            policy=self.policy.current,
            clock=clock,
            signer=box,
            metrics=self.metrics,
            directory=self.store.directory,
        )
        self.edits = Edits(
            store=self.store,
            policy=self.policy.current,
            clock=clock,
            signer=box,
            drafts=Drafts(self.store, box),
            directory=self.store.directory,
            public_url=settings.public_url,
        )
        steering = SteeringKeeper(self.store)
        self.oversight = Oversight(
            measures=self.measures,
            steering=steering,
            reviews=RuleReviewBook(self.store),
            policy=self.policy.current,
            clock=clock,
        )
        self.web = build_web(
            WebSettings(public_url=settings.public_url, secure_cookies=settings.is_https, demo=demo),
            self.approvals,
            self.edits,
            self.store,
            self.sessions,
            self.store.directory,
            clock,
            self.insights,
            self.oversight.reviewing,
        )
        self.agents = build_agents(
            AgentsSettings(
                public_url=settings.public_url,
                allow_networks=settings.callback_allow_networks,
                rate_per_key=settings.rate_per_key,
                trusted_proxies=settings.trusted_proxies,
            ),
            approvals=self.approvals,
            store=self.store,
            keys=self.keys,
            signing_keys=self.key_ring,
            directory=self.store.directory,
            clock=clock,
            insights=self.insights,
        )
        self.speaking = Speaking(
            Desk(
                store=self.store,
                steering=steering,
                approvals=self.approvals,
                policy=self.policy.current,
                clock=clock,
                insights=self.insights,
                inbox_link=self.inbox_links.make,
                find_channel=self._find_channel,
                name_channel=self._name_channel,
            ),
            self.oversight.reviewing.offered(),
        )
        self.platforms = build_platforms(
            settings,
            self.approvals,
            self.edits,
            self.store.directory,
            clock,
            conversations=Conversations(self.store),
            installations=Installations(self.store, box),
            groups=Memberships(self.store),
            signer=box,
            hears=self.speaking,
            threads=Threads(self.store),
        )
        self.worker = build_worker(
            store=self.store,
            channels=(self.web.channel, *self.platforms.channels()),
            approvals=self.approvals,
            sender=self.agents.sender,
            compose=self.agents.compose,
            secrets_of=self.keys.secrets_of,
            link=self.inbox_links.make,
            reviews=self.oversight.reviewing.shown,
            clock=clock,
            metrics=self.metrics,
        )
        self.groups = GroupKeeper(
            book=Memberships(self.store),
            sources={source.platform: source for source in self.platforms.group_sources()},
            directory=self._listed,
            clock=clock,
            metrics=self.metrics,
            is_told=lambda: self.store.notices_others,
        )
        self.upkeep = Upkeep(
            store=self.store,
            book=self.book,
            worker=self.worker,
            groups=self.groups,
            has_news=self.platforms.has_news,
            housekeeping=Housekeeping(
                self.store, self.key_ring.sign, lambda: self.book.current().retention, settings.seal_file
            ),
            others=self.oversight.steps(),
            following={"reading the signing keys": self.key_ring.step},
        )
        #: follows the settings' secrets while this runs
        self.reloading = Reloading(settings, renewal(self.store, box, self.platforms))
        self._running = AsyncExitStack()

    def http(self) -> web.Application:
        """The HTTP application with every route."""
        check, sign = self.store.check, self.key_ring.sign
        health = Operations(metrics=self.metrics, check=check, book=self.book, sign=sign)
        return site(self.settings, (self.web, self.agents, health, self.platforms))

    async def start(self, *, listens: bool = True) -> None:
        """Bring the database up to date, load the keys, and connect to the platforms.

        A process that only carries effects outward does not listen to them. Raises `Misconfigured` or
        `Busy` with a sentence for the operator.
        """
        await open_database(self.settings, self.store, self._box, self._running)
        await self.key_ring.load()
        await self._running.enter_async_context(self.agents)
        self._running.push_async_callback(self.platforms.stop)
        await self.platforms.start(listens=listens)
        await self.book.prepare()

    async def close(self) -> None:
        """Let go of everything that `start` took."""
        await self._running.aclose()

    async def work(self, stopped: asyncio.Event) -> None:
        """Carry effects outward and fire timers until stopped; then finish or abandon what is begun."""
        await self.upkeep.work(stopped)

    async def serve(self, stopped: asyncio.Event, *, works: bool, ready: Callable[[str], None]) -> None:
        """Answer HTTP until stopped; `ready` is told the address."""
        async with answering(self.settings, self.http()):
            ready(self.settings.public_url)
            await (self.upkeep.work(stopped) if works else self.upkeep.follow_policy(stopped))

    async def _find_channel(self, name: str) -> str | None:
        if await self.platforms.has_news():
            # Asking for one name would make it forget that there is news for the policy's names.
            await self.book.prepare()
        return await self.platforms.find_channel(name)

    async def _name_channel(self, destination: str) -> str:
        return await self.platforms.name_channel(destination)

    def _listed(self) -> Directory:
        """Who is who as far as the policy's file says; the store adds who is in live groups."""
        return self.book.current().directory

    async def _prepare(self, policy: Policy) -> Policy:
        """Make a policy that was just read the one in force: connected, pinned, and kept."""
        policy = await self.platforms.pinned(policy)
        connected = (self.web.channel, *self.platforms.channels())
        policy = policy.connected({each.platform for each in connected}, self.platforms.home())
        await self.policy_news.keep(policy)
        return policy
