"""Teams and its login slow, limited, cut off, in trouble and lying: nothing lost, and no decision doubled."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any, Self

import pytest

from tests.fakes.fake_teams import FakeTeams, actions_of
from tests.fakes.flaky_proxy import FlakyProxy, Mischief
from tests.fakes.teams_tenant import Posted
from tests.faults.flaky_world import FlakyWorld
from tests.faults.mischief import FAILURES, PRETENCES, empty, only, saying
from tests.flows.teams_world import TeamsWorld

_NO_ID = [
    {},
    {"id": ""},
    {"id": 17},
    {"id": None},
    {"activityId": "1"},
    {"id": "19:a@thread.tacv2;messageid=1"},
]
_TROUBLE = [{"error": {"code": "ServiceError", "message": "x"}}, {"error": "ServiceError"}, {"error": None}]

TEAMS: tuple[Mischief, ...] = (
    *FAILURES,
    # To a change, 200 with nothing in it may be Teams' own answer.
    *(only("POST", each) if each is empty else each for each in PRETENCES),
    only("POST", saying("no_id", *_NO_ID, carried_out=0.5)),
    saying("trouble_in_200", *_TROUBLE, carried_out=0.5),
    saying("bad_gateway_of_json", *_TROUBLE, carried_out=0.5, status=502),
    saying("precondition", *_TROUBLE, carried_out=0, status=412),
    saying("unauthorized", {"error": {"code": "Unauthorized"}}, carried_out=0, status=401),
)


class ProxiedTeams(FakeTeams):
    """The bot reaches it through a proxy."""

    proxy: FlakyProxy

    @property
    def service_url(self) -> str:
        return f"{self.proxy.before(self.url)}/emea/"

    @property
    def login_url(self) -> str:
        return self.proxy.before(self.url)


class FlakyTeams(FlakyWorld, TeamsWorld):
    """Cards stand in Teams alone."""

    template = TeamsWorld.policy.replace('"slack:#support", "teams:', '"web:support", "teams:')

    def __init__(self, database_url: str, folder: Path, *, seed: int) -> None:
        super().__init__(database_url, folder, seed=seed, chat=TEAMS)
        built, self.teams = self.teams.tenant, ProxiedTeams(self.clock)
        self.teams.proxy, self.teams.tenant, self.teams.rates = self.chat, built, None

    async def __aenter__(self) -> Self:
        await super().__aenter__()
        await self.installs()
        return self

    async def presses(self) -> str | None:
        waiting = [card for card in self._cards() if any(a.get("title") == "Approve" for a in _actions(card))]
        if not waiting:
            return None
        card = self.dice.choice(waiting)
        request_id = next(each for each in self.requests if each in json.dumps(card.card))
        answer = await self.teams.press(card, "Approve", by=self.dice.choice(("Ann", "Ben")))
        assert answer.status == 200
        return request_id if (await self.agent.sees(request_id))["status"] == "approved" else None

    def shown(self, message: str) -> str | None:
        name = message.rpartition("/")[2]
        return next((json.dumps(card.card) for card in self._cards() if card.id == name), None)

    def standing(self) -> int:
        return len(self._cards())

    def _cards(self) -> list[Posted]:
        cards = [*self.teams.cards(self.approvals), *self.teams.cards(self.leads)]
        return [card for card in cards if any(each in json.dumps(card.card) for each in self.requests)]


def _actions(card: Posted) -> list[Any]:
    return list(actions_of(card.card or {}))


@pytest.mark.timeout(300)
async def test_teams_and_receivers_in_trouble_for_a_while(database_url: str, tmp_path: Path) -> None:
    await _suffered(database_url, tmp_path, seed=2, steps=20, share=0.3)


@pytest.mark.soak
@pytest.mark.timeout(1800)
@pytest.mark.parametrize("seed", range(20, 23))
async def test_teams_and_receivers_in_trouble_for_long(database_url: str, tmp_path: Path, seed: int) -> None:
    await _suffered(database_url, tmp_path, seed=seed, steps=200, share=0.4)


async def _suffered(url: str, folder: Path, *, seed: int, steps: int, share: float) -> None:
    async with FlakyTeams(url, folder, seed=seed) as world:
        await world.suffers(steps, share=share)
        await world.recovers()
        figures = await world.examined()
    print(f"\n{url.partition(':')[0]}, Teams in trouble (seed {seed}): {figures}")  # noqa: T201 - figures
