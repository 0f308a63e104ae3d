"""A world in which people speak to the bot: what is said goes to the use case, as a chat would give it."""

from __future__ import annotations

from itertools import count
from typing import Any

from bot.domain.directory import Identity
from bot.domain.moves import Presser
from bot.speaking import Heard, Place, Spoken
from tests.fakes.slack_workspace import TEAM
from tests.flows.world import POLICY, World

LEADS = "\nleads: {{ann: ['*'], ben: ['refund.*']}}\n"
_EVENTS = count(1)


def account(user: str) -> Identity:
    """Somebody's account on Slack."""
    return Identity(platform="slack", user=user, tenant=TEAM)


class SpeakingWorld(World):
    """Ann leads everything, Ben leads refunds."""

    policy = POLICY.replace("\nagents:", f"{LEADS}agents:")

    async def hears(self, user: str, text: str, **changes: Any) -> Heard:
        """The answer to what somebody says in #support; people are mentioned as `<@U01BEN>`."""
        return await self.app.speaking.hear(self.said(user, text, **changes))

    def said(self, user: str, text: str, **changes: Any) -> Spoken:
        """What somebody says."""
        users = ("U01ANN", "U01BEN", "U01CAT", "U01LEA", "U01STRANGER")
        places = {f"<#{self.channel(name)}|{name}>": self.place(name) for name in ("support", "leads")}
        given: dict[str, Any] = {
            "event_id": f"Ev{next(_EVENTS)}",
            "presser": Presser(identity=account(user)),
            "text": text,
            "channel": f"slack:{self.channel('support')}",
            "mentioned": {f"<@{user}>": account(user) for user in users},
            "places": places,
        }
        return Spoken(**(given | changes))

    async def presses(self, user: str, heard: Heard, label: str = "Confirm") -> Heard:
        """Somebody presses a button under an answer."""
        offer = next(offer for offer in heard.offers if offer.label == label)
        return await self.app.speaking.accept(offer.reference, Presser(identity=account(user)))

    def channel(self, name: str) -> str:
        """The id of a channel."""
        return f"C0{name.upper()}"

    def place(self, name: str) -> Place:
        """A channel as it is mentioned."""
        return Place(destination=f"slack:{self.channel(name)}", label=f"#{name}")
