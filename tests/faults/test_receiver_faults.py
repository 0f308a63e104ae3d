"""Receivers of callbacks that are slow, cut off, limited, in trouble, lying or away for days."""

from __future__ import annotations

from collections import Counter
from pathlib import Path

import pytest

from storage.callbacks import CallbackStore
from tests.fakes.slack_screen import Card
from tests.faults.flaky_world import FlakyWorld
from tests.faults.load import request_of
from tests.flows.world import ANN


class FlakyReceivers(FlakyWorld):
    """Slack is well; requests escalate before anybody decides, so that callbacks have an order to keep."""

    def through_proxy(self) -> dict[str, str]:
        return {"slack_api_url": f"{self.chat.before(self.slack.url)}/api/"}

    async def presses(self) -> str | None:
        waiting = [card for card in self._cards() if "Approve" in card.buttons]
        if not waiting:
            return None
        card = self.dice.choice(waiting)
        request_id = request_of(card)
        if self.dice.random() < 0.4 and "Escalate" in card.buttons:
            await card.press("Escalate", by=ANN)
            return None
        assert (await card.press("Approve", by=ANN)).status == 200
        return request_id if (await self.agent.sees(request_id))["status"] == "approved" else None

    def shown(self, message: str) -> str | None:
        return next((card.words for card in self._cards() if f"{card.channel}/{card.ts}" in message), None)

    def standing(self) -> int:
        return len(self._cards())

    def _cards(self) -> list[Card]:
        return [*self.slack.cards("#support"), *self.slack.cards("#leads")]


@pytest.mark.timeout(300)
async def test_receivers_in_trouble_for_a_while(database_url: str, tmp_path: Path) -> None:
    await _suffered(database_url, tmp_path, seed=4, steps=20)


@pytest.mark.soak
@pytest.mark.timeout(1800)
@pytest.mark.parametrize("seed", range(30, 33))
async def test_receivers_in_trouble_for_long(database_url: str, tmp_path: Path, seed: int) -> None:
    await _suffered(database_url, tmp_path, seed=seed, steps=200)


async def _suffered(url: str, folder: Path, *, seed: int, steps: int) -> None:
    async with FlakyReceivers(url, folder, seed=seed, chat=()) as world:
        await world.suffers(steps, share=0.8, chat=0)
        await world.recovers()
        figures = await world.examined()
    print(f"\n{url.partition(':')[0]}, receivers in trouble (seed {seed}): {figures}")  # noqa: T201 - figures


async def test_a_receiver_that_stays_away_is_given_up_for_all_to_see_and_gets_everything_later(
    database_url: str, tmp_path: Path
) -> None:
    async with FlakyReceivers(database_url, tmp_path, seed=5, chat=()) as world:
        world.agent.status = 503
        await world.suffers(6, share=0, chat=0)
        await world.later(minutes=31)
        for _ in range(40):
            await world.later(hours=3)
        callbacks = CallbackStore(world.app.store)
        dead = list(await callbacks.listed("dead"))
        rows = await world._rows("SELECT state FROM outbox WHERE kind = 'callback'")
        assert Counter(row.state for row in rows) == {"dead": len(dead)}
        assert len({name for name, _ in world.agent.attempts}) == len(dead) > 2
        for request in world.requests:
            assert (await world.agent.sees(request))["delivery"]["callback"] == "failed"

        world.agent.status = 200
        for each in dead:
            await callbacks.replay(each.id)
        await world.later(minutes=1)
        await world.recovers()
        await world.examined()
        assert all(len(bodies) == 1 for bodies in _bodies(world).values())


def _bodies(world: FlakyReceivers) -> dict[str, set[bytes]]:
    found: dict[str, set[bytes]] = {}
    for name, body in world.agent.attempts:
        found.setdefault(name, set()).add(body)
    return found
