"""The main job from end to end without a browser: six requests, three people, every callback verified."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from datetime import timedelta

from bot.demo.chronicle import Chronicle
from bot.demo.errors import StoryBroken
from bot.demo.happening import Kind
from bot.demo.packets import PACKETS
from bot.demo.reviewer import Reviewer
from bot.demo.workspace import Workspace

#: the contract's first step; long enough to decide the others before
FIRST_WAIT = "3s"
#: everything that comes at all comes within this, on a busy machine too
PATIENCE = timedelta(seconds=45)
#: the whole story, which takes a few seconds where nothing else is to be done
LONGEST = timedelta(seconds=90)


class Story:
    """Tells it line by line."""

    def __init__(self, place: Workspace, chronicle: Chronicle, say: Callable[[str], None]) -> None:
        self._agent = place.agent
        self._chronicle = chronicle
        self._say = say
        self._reviewer = Reviewer(place.site)

    async def run(self) -> None:
        """Play it to its end; raises `StoryBroken` where it does not come to that."""
        try:
            async with asyncio.timeout(LONGEST.total_seconds()):
                await self._play()
        except TimeoutError:
            raise StoryBroken(f"The demo did not come to its end within {LONGEST.seconds} seconds.") from None
        finally:
            await self._reviewer.close()

    async def _play(self) -> None:
        asked = [(await self._agent.ask_next())["id"] for _ in PACKETS]
        await self._decide(*asked)
        broken = self._chronicle.broken()
        if broken is not None:
            raise StoryBroken(f"{broken.title}: {'; '.join(broken.details)}")

    async def _decide(  # noqa: PLR0917 - one for each of the requests, in the order in which they were asked
        self, refund: str, email: str, deletion: str, credit: str, goodwill: str, contract: str
    ) -> None:
        self._say("A rule approves the credit of 5 EUR at once, and the agent acts on it.")
        await self._chronicle.until(goodwill, Kind.ACTED, within=PATIENCE)
        await self._reviewer.act_as("ann")
        self._say("Ann approves the refund on its card.")
        await self._reviewer.approve(refund)
        self._say("Ann rejects the e-mail: wording or tone.")
        await self._reviewer.reject(email, "tone", "Say sorry first.")
        self._say("Ann reviews the deletion in her own view and approves; it takes two.")
        await self._reviewer.approve(deletion, own_view=True)
        self._say("Ann takes the credit of 5 EUR back: the wrong facts. The agent undoes it.")
        await self._reviewer.take_back(goodwill, "wrong_facts", "They had one last week.")
        await self._reviewer.act_as("ben")
        self._say("Ben approves the routine credit.")
        await self._reviewer.approve(credit)
        await self._reviewer.act_as("cat")
        self._say("Cat reviews the deletion in hers and approves.")
        await self._reviewer.approve(deletion, own_view=True)
        self._say("Nobody touches the contract; it moves on to #leads by itself.")
        await self._verified(contract, "approval.escalated")
        self._say("Cat, who is asked now, approves the contract.")
        await self._reviewer.approve(contract)
        for request_id in (refund, deletion, credit, contract):
            await self._verified(request_id, "approval.approved")
            await self._chronicle.until(request_id, Kind.ACTED, within=PATIENCE)
        await self._verified(goodwill, "approval.reverted")
        await self._chronicle.until(goodwill, Kind.ACTED, "Undid credit.issue", within=PATIENCE)
        await self._verified(email, "approval.rejected")
        await self._chronicle.until(email, Kind.LEFT, within=PATIENCE)

    async def _verified(self, request_id: str, callback: str) -> None:
        await self._chronicle.until(request_id, Kind.VERIFIED, callback, within=PATIENCE)
