"""The Teams part between a fake Teams and the real use cases over a store in memory."""

from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import replace
from datetime import timedelta
from typing import Any

from aiohttp import web
from aiohttp.test_utils import TestServer

from adapters.teams.teams import Teams, build_teams
from bot.approvals import Approvals
from bot.domain.card import Card
from bot.domain.directory import Directory
from bot.domain.packet import Impact, ProposedAction, ReviewPacket
from bot.domain.request import ApprovalRequest
from bot.domain.status import ImpactLevel
from bot.domain.terms import Quorum
from bot.secrets import SecretBox
from bot.settings import TeamsSettings
from bot.submissions import Ask
from bot.threads import Threads
from tests.adapters.people import directory_of, edit_in_the_browser, edits_of
from tests.fakes.clock import MovedClock
from tests.fakes.fake_teams import FakeTeams
from tests.fakes.listener import Listener
from tests.fakes.memory_book import MemoryBook
from tests.fakes.memory_groups import MemoryGroups
from tests.fakes.plain_policy import PlainPolicy
from tests.fakes.stalling_store import StallingStore
from tests.fakes.teams_tenant import TENANT, Posted
from tests.patience import PATIENT

ANN, BEN, CAT = (f"00000000-0000-4000-8000-0000000000{which}1" for which in "abc")


class Desk:
    """One installation in one team with two channels, not started yet."""

    def __init__(
        self, teams: FakeTeams, clock: MovedClock, *, patience: timedelta = PATIENT, **more: Any
    ) -> None:
        self.teams, self.clock, self.book = teams, clock, MemoryBook()
        teams.rates = None
        self.team = teams.tenant.add_team("Support")
        self.general = teams.tenant.conversations[self.team.id]
        self.approvals_channel = teams.tenant.add_channel(self.team, "Approvals")
        self.policy = PlainPolicy()
        self.policy.directory = directory()
        self.policy.terms = replace(self.policy.terms, quorum=Quorum(voters=("ann", "ben")))
        self.store = StallingStore(clock=clock, directory=lambda: self.policy.directory)
        self.approvals = Approvals(
            store=self.store, policy=lambda: self.policy, clock=clock, signer=SecretBox(["k" * 32])
        )
        self.groups = MemoryGroups()
        self.listener = Listener()
        self.edits = edits_of(store=self.store, policy=self.policy, clock=clock)
        self.product: Teams = build_teams(
            settings(teams, **more),
            self.approvals,
            self.edits,
            lambda: self.policy.directory,
            clock,
            conversations=self.book,
            groups=self.groups,
            hears=self.listener,
            threads=Threads(self.store),
            patience=patience,
        )
        self._server: TestServer | None = None

    async def start(self) -> None:
        """Serve, and tell Teams where."""
        app = web.Application()
        self.product.mount(app)
        self._server = TestServer(app)
        await self._server.start_server()
        self.teams.connect(str(self._server.make_url("/api/messages")))
        await self.product.start()

    async def stop(self) -> None:
        """Shut down."""
        await self.product.stop()
        if self._server is not None:
            await self._server.close()

    async def settle(self) -> None:
        """Everything that follows an answer has ended."""
        await self.product.background.settle()

    async def installed(self) -> None:
        """The app is in the team."""
        await self.teams.install(self.general)
        await self.settle()

    @property
    def destination(self) -> str:
        """The channel for approvals, by its ids."""
        return f"teams:{self.team.group_id}/{self.approvals_channel.id}"

    async def card(self, *, high_impact: bool = False) -> Card:
        """The card of a new request."""
        packet = ReviewPacket(
            action=ProposedAction(name="refund.issue", summary="Refund 240.00 EUR", arguments={"order": "4"}),
            reasoning="The customer was charged twice.",
            impact=Impact(level=ImpactLevel.HIGH if high_impact else None),
        )
        accepted = await self.approvals.submit(Ask(agent="support-bot", packet=packet))
        return await self.approvals.card(accepted.stored.request.id)

    async def posted(self, **asked: bool) -> Posted:
        """A card of a new request, in the channel for approvals."""
        sent = await self.product.channel.post(self.destination, await self.card(**asked))
        assert sent.__class__.__name__ == "Done", sent
        return await self.teams.card(self.approvals_channel)

    async def edit(self, request: ApprovalRequest, by: str, **arguments: Any) -> None:
        """Somebody changes the arguments."""
        await edit_in_the_browser(
            request, by, approvals=self.approvals, store=self.store, policy=self.policy, **arguments
        )

    async def request(self) -> ApprovalRequest:
        """The only request, as it stands."""
        [stored] = await self.store.listing()
        return stored.request


@asynccontextmanager
async def started(**settings: Any) -> AsyncIterator[Desk]:
    """An installation before a Teams of its own, with the app in no team yet; `settings` are its own."""
    clock = MovedClock()
    async with FakeTeams(clock) as teams:
        desk = Desk(teams, clock, **settings)
        await desk.start()
        yield desk
        await desk.stop()


def settings(teams: FakeTeams, **changes: Any) -> TeamsSettings:
    """How to reach the fake."""
    given: Mapping[str, Any] = {
        "app_id": teams.app_id,
        "app_password": teams.app_password,
        "tenants": (TENANT,),
        "login_url": teams.login_url,
        "openid_metadata_url": teams.metadata_url,
        **changes,
    }
    return TeamsSettings(**given)


def directory() -> Directory:
    """Ann, Ben and Cat; Cat answers for the agent."""
    return directory_of("teams", {"ann": ANN, "ben": BEN, "cat": CAT}, TENANT)
