"""The bot in Teams as a doctor finds it."""

from __future__ import annotations

from dataclasses import dataclass, field

from adapters.teams.client import TeamsClient
from adapters.teams.conversations import Conversations
from adapters.teams.errors import fate
from adapters.teams.groups import TeamRosters
from adapters.teams.http import Http, TeamsRefused, TeamsUnavailable
from adapters.teams.pins import Pins
from bot.chat.background import Background
from bot.conversations import Conversation, ConversationBook
from bot.doctor.parting import parted
from bot.doctor.verdict import Finding, red
from bot.doctor.wanted import Wanted
from bot.groups import GroupBook
from bot.ports import Clock, GiveUp
from bot.settings import TeamsSettings

_NETWORK = "Look at the network and the proxy of this machine, and at Microsoft's status page."


@dataclass(slots=True, kw_only=True)
class Patient:
    """What the looks share."""

    settings: TeamsSettings
    #: how Teams reaches Placet, without a slash at the end
    public_url: str
    wanted: Wanted
    client: TeamsClient
    pins: Pins
    rosters: TeamRosters
    clock: Clock
    http: Http = field(default_factory=Http)

    async def known(self, destination: str) -> Conversation | None:
        """The conversation that a destination means, None unless it is one alone; raises `Busy`."""
        found = await self.pins.candidates(destination)
        return found[0] if len(found) == 1 else None

    async def close(self) -> None:
        """Close all connections."""
        await self.client.close()
        await self.http.close()


def admitted(
    settings: TeamsSettings,
    wanted: Wanted,
    book: ConversationBook,
    groups: GroupBook,
    clock: Clock,
    *,
    public_url: str,
) -> Patient:
    """One whom nobody has looked at yet; raises `Misconfigured` when there is no password."""
    client, tenants = TeamsClient(settings, clock), settings.tenants
    learned = Conversations(book=book, client=client, background=Background())
    return Patient(
        settings=settings,
        public_url=public_url,
        wanted=wanted,
        client=client,
        pins=Pins(book=book, conversations=learned, tenants=tenants),
        rosters=TeamRosters(client=client, book=book, tenants=tenants, groups=groups),
        clock=clock,
    )


def refusal(error: TeamsRefused | TeamsUnavailable, where: str) -> Finding:
    """What is to be said when Teams says no, or nothing."""
    why = fate(error, where)
    if isinstance(error, TeamsUnavailable):
        return red(why.why, _NETWORK, about=where)
    if isinstance(why, GiveUp) or error.status == 401:
        return red(*parted(why.why), about=where)
    return red(why.why, "Try again in a minute.", about=where)
