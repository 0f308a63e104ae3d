"""Slack slow, limited, cut off, in trouble and lying, and receivers with it: nothing is lost or doubled."""

from __future__ import annotations

from pathlib import Path
from typing import Any, Self

import pytest

from tests.fakes.flaky_proxy import Mischief
from tests.faults.flaky_world import FlakyWorld
from tests.faults.load import request_of
from tests.faults.mischief import FAILURES, PRETENCES, saying
from tests.flows.world import ANN, BEN

_IN_DOUBT = [
    {"ok": False, "error": each}
    for each in ("internal_error", "fatal_error", "service_unavailable", "request_timeout")
]
_NO = [{"ok": False, "error": "ratelimited"}, {"ok": False, "error": "something_new"}]
_NO_WORD = [{"ok": False}, {"ok": False, "error": 17}, {"ok": False, "error": None}, {"ok": "no"}]
_NO_PLACE = [{"ok": True}, {"ok": True, "channel": None, "ts": 17}, {"ok": True, "message": []}]

SLACK: tuple[Mischief, ...] = (
    *FAILURES,
    *PRETENCES,
    saying("in_doubt", *_IN_DOUBT, carried_out=0.5),
    saying("no", *_NO, carried_out=0),
    saying("no_word", *_NO_WORD, carried_out=0.5),
    saying("no_place", *_NO_PLACE, carried_out=0.5),
)


class FlakySlack(FlakyWorld):
    """Cards stand in Slack, whose pages are as long as the true one's."""

    async def __aenter__(self) -> Self:
        self.slack.methods.page = 100
        return await super().__aenter__()

    def through_proxy(self) -> dict[str, Any]:
        return {"slack_api_url": f"{self.chat.before(self.slack.url)}/api/"}

    async def presses(self) -> str | None:
        cards = [card for card in self.slack.cards("#support") if "Approve" in card.buttons]
        if not cards:
            return None
        card = self.dice.choice(cards)
        if self.dice.random() < 0.2:
            await card.press("Details", by=ANN)
            return None
        request_id = request_of(card)
        delivered = await card.press("Approve", by=self.dice.choice((ANN, BEN)))
        assert delivered.status == 200
        return request_id if (await self.agent.sees(request_id))["status"] == "approved" else None

    def shown(self, message: str) -> str | None:
        found = next((each for each in self._cards() if f"{each.channel}/{each.ts}" in message), None)
        return None if found is None else found.words

    def standing(self) -> int:
        return len(self._cards())

    def _cards(self) -> list[Any]:
        return [*self.slack.cards("#support"), *self.slack.cards("#leads")]


async def test_redirects_lead_nowhere(database_url: str, tmp_path: Path) -> None:
    async with FlakySlack(database_url, tmp_path, seed=3, chat=()) as world:
        await world.suffers(10, share=0.7)
        assert set(world.chat.done) == {"redirected"}
        await world.recovers()
        await world.examined()


@pytest.mark.timeout(300)
async def test_slack_and_receivers_in_trouble_for_a_while(database_url: str, tmp_path: Path) -> None:
    await _suffered(database_url, tmp_path, seed=1, steps=20, share=0.3)


@pytest.mark.soak
@pytest.mark.timeout(1800)
@pytest.mark.parametrize("seed", range(10, 13))
async def test_slack_and_receivers_in_trouble_for_long(database_url: str, tmp_path: Path, seed: int) -> None:
    await _suffered(database_url, tmp_path, seed=seed, steps=200, share=0.4)


async def _suffered(url: str, folder: Path, *, seed: int, steps: int, share: float) -> None:
    async with FlakySlack(url, folder, seed=seed, chat=SLACK) as world:
        await world.suffers(steps, share=share)
        await world.recovers()
        figures = await world.examined()
    print(f"\n{url.partition(':')[0]}, Slack in trouble (seed {seed}): {figures}")  # noqa: T201 - figures
