"""A request that waits for people, and whether anything has happened to it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Self

from sqlalchemy import text

from storage.verifying import verify
from tests.fakes.slack_screen import Card
from tests.flows.world import ANN, World

#: of a resource: what moves by itself while a request waits
_MOVES_BY_ITSELF = ("queue",)


@dataclass(frozen=True, kw_only=True)
class Waiting:
    """One request, as it was when its card stood in `#support`."""

    world: World
    asked: dict[str, Any]
    card: Card
    #: what the audit knew of it
    events: tuple[str, ...]

    @classmethod
    async def posted(cls, world: World, **changes: Any) -> Self:
        """An agent asks, and the card is posted."""
        standing = len(world.slack.cards("#support"))
        asked = await world.agent.asks(**changes)
        # Slack takes one message a second in a channel.
        await world.later(seconds=2)
        now = await world.agent.sees(asked["id"])
        card = await world.slack.card("#support", count=standing + 1)
        return cls(world=world, asked=now, card=card, events=await _events(world, asked["id"]))

    @property
    def id(self) -> str:
        """The request's."""
        return str(self.asked["id"])

    async def is_untouched(self) -> bool:
        """Whether nothing was decided, moved or even noted."""
        return await self.has_kept_its_state() and await _events(self.world, self.id) == self.events

    async def has_kept_its_state(self) -> bool:
        """Whether nothing was decided or moved; a refused press may be on record."""
        await self.world.settles()
        return _at_rest(await self.world.agent.sees(self.id)) == _at_rest(self.asked)

    async def new_events(self) -> list[str]:
        """What the audit has of it since."""
        return list(await _events(self.world, self.id))[len(self.events) :]

    async def still_decides(self) -> None:
        """A reviewer presses as always: it counts, the agent is told once, and the audit verifies."""
        await self.card.press("Approve", by=ANN)
        await self.world.settles()
        approval = await self.world.agent.sees(self.id)
        assert (approval["status"], approval["decision"]["by"]) == ("approved", ["ann"])
        told = [each["type"] for each in self.world.agent.callbacks if self._is_about_this(each)]
        assert told.count("approval.approved") == 1
        assert await audit_problems(self.world) == []

    def _is_about_this(self, callback: dict[str, Any]) -> bool:
        return bool(callback["data"]["approval"]["id"] == self.id)


async def audit_problems(world: World) -> list[str]:
    """What the audit's chains and seals have to complain of."""
    report = await world.app.store.query(lambda connection: verify(connection, world.app.key_ring.is_signed))
    return report.problems


async def _events(world: World, request_id: str) -> tuple[str, ...]:
    query = text("SELECT kind FROM audit_event WHERE subject = :asked ORDER BY seq")
    found = await world.app.store.query(
        lambda connection: connection.execute(query, {"asked": request_id}).scalars().all()
    )
    return tuple(found)


def _at_rest(resource: dict[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in resource.items() if name not in _MOVES_BY_ITSELF}
