"""Some of what rules approve is judged blind, the close calls most of all, and agreement is measured."""

from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest

from bot.domain.sampling import draw
from tests.flows.speaking_world import SpeakingWorld
from tests.flows.world import ANN, BEN, CAT

CREDIT = """  credit.issue:
    {{owner: ann, reversible: true, amount: arguments.amount, currency: EUR, summary: Credit}}
"""
RULES = """rules:
  - {{name: small-credit, owner: lea, why: Credits are routine., match: credit.issue,
      when: 'has(signals.confidence) && signals.confidence >= 0.8', then: auto, sample: 0.5}}
"""


class SampledWorld(SpeakingWorld):
    """Where the agent is sure enough, a credit runs; half of them are looked at, of the close calls all."""

    policy = SpeakingWorld.policy.replace("escalation_policies:\n", f"{CREDIT}{RULES}escalation_policies:\n")

    async def credit(self, amount: str, confidence: float) -> dict[str, Any]:
        """A credit, approved by the rule; its quality check stands in the channel where it was drawn."""
        await self.later(seconds=2)
        action = {"name": "credit.issue", "arguments": {"amount": amount}}
        asked = await self.agent.asks(action=action, signals={"confidence": confidence})
        assert (asked["status"], asked["mode"]) == ("approved", "auto")
        await self.settles()
        return asked

    @property
    def cards(self) -> int:
        """How many quality checks were posted."""
        return len(self.slack.cards("#support"))


@pytest.fixture
async def world(database_url: str, tmp_path: Path) -> AsyncIterator[SampledWorld]:
    async with SampledWorld(database_url, tmp_path) as world:
        yield world


async def test_the_draw_is_by_chance_and_takes_every_close_call(world: SampledWorld) -> None:
    for number in range(8):
        before = world.cards
        asked = await world.credit(f"{number + 1}.00", confidence=0.99)
        is_drawn = draw(asked["id"], "small-credit") < 0.5
        assert (world.cards - before) == is_drawn

    for number in range(4):
        before = world.cards
        await world.credit(f"{number + 11}.00", confidence=0.85)
        assert world.cards - before == 1


async def test_blind_verdicts_are_measured_as_agreement_by_rule(world: SampledWorld) -> None:
    for number, (person, button) in enumerate(
        [
            (ANN, "I would approve"),
            (BEN, "I would approve"),
            (ANN, "I would reject…"),
            (BEN, "I would approve"),
        ]
    ):
        await world.credit(f"{number + 1}.00", confidence=0.85)
        card = await world.slack.card("#support")
        await card.expect("Quality check: would you have approved this?")
        for told in ("small-credit", "routine", "Lea", "Approved", "by the rule"):
            assert told not in card.words
        await card.press(button, by=person)
        if button.endswith("…"):
            form = await world.slack.view(person, "Quality check")
            await form.submit({"Why would you reject it?": "Too risky"})
        await world.settles()
    last = await world.credit("9.00", confidence=0.85)
    # The agent's owner is no judge of it.
    await (await world.slack.card("#support")).press("I would approve", by=CAT)
    await world.counts()

    answer = await world.agent.http.get("/v1/stats?by=rule")
    [row] = (await answer.json())["rows"]
    assert (row["value"], row["submitted"], row["automatic"]) == ("small-credit", 5, 5)
    assert (row["rates"]["agreement"]["hits"], row["rates"]["agreement"]["of"]) == (3, 4)
    heard = (await world.hears(ANN, "stats")).lines
    assert "Blind quality checks agree with 75% of 4." in heard
    # The verdict against it took nothing back, and the agent heard nothing of it.
    assert world.agent.told() == ["approval.approved"] * 5
    assert (await world.agent.sees(last["id"]))["status"] == "approved"
