"""A wait only where a person adds judgement: what rules decide is decided in the answer to the agent."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from adapters.agents.receipts import verify_receipt
from tests.flows.world import POLICY, World

CREDIT = {"name": "credit.issue", "arguments": {"amount": "20.00"}}
RULES = """  credit.issue:
    {{owner: ann, reversible: true, amount: arguments.amount, currency: EUR, summary: Credit, valid_for: 1h}}
  credit.told: {{owner: ann, reversible: true, summary: Credit}}
  credit.never: {{owner: ann, reversible: true, summary: Credit}}
rules:
  - {{name: never, owner: ann, why: Nobody needs it., match: credit.never, then: refuse}}
  - {{name: routine, owner: ann, why: Credits are routine., match: credit.issue,
      when: "impact.amount < 50.0 && history.agent_action_count < 3", then: auto, sample: 1.0}}
  - {{name: told, owner: ann, why: Credits are routine., match: credit.told, then: notify}}
escalation_policies:
"""


class RuledWorld(World):
    """Rules of every kind that asks nobody; in a story nothing is carried out before `settles`."""

    policy = POLICY.replace("escalation_policies:\n", RULES)


@pytest.fixture
async def world(database_url: str, tmp_path: Path) -> AsyncIterator[RuledWorld]:
    async with RuledWorld(database_url, tmp_path) as world:
        yield world


async def test_what_a_rule_decides_waits_for_no_worker_no_chat_and_nobody(world: RuledWorld) -> None:
    await world.slack.shut()
    world.agent.status = 503

    # Nothing has been carried out: no card, no callback, no quality check. The answer itself is final.
    approved = await world.agent.asks(action=CREDIT)
    assert (approved["status"], approved["mode"]) == ("approved", "auto")
    assert (approved["decision"]["type"], approved["decision"]["by"]) == ("approve", [])
    assert approved["decision"]["decided_at"] == approved["created_at"]
    assert approved["queue"] is None
    assert await world.agent.redeems(approved) == 200
    keys = await (await world.agent.http.get("/.well-known/jwks.json")).json()
    receipt = verify_receipt((await world.agent.sees(approved["id"]))["receipt"], keys)
    assert (receipt["digest"], receipt["deciders"]) == (approved["action"]["digest"], [])

    told = await world.agent.asks(action={"name": "credit.told", "arguments": {}})
    read = await world.agent.asks(action={"name": "order.read", "arguments": {"order": "4892"}})
    refused = await world.agent.asks(action={"name": "credit.never", "arguments": {}})
    assert [(each["status"], each["mode"]) for each in (told, read, refused)] == [
        ("approved", "notify"),
        ("approved", "auto"),
        ("rejected", "refuse"),
    ]
    waited = await world.agent.http.get(f"/v1/approvals/{approved['id']}?wait=30")
    assert (await waited.json())["status"] == "approved"
    assert (world.agent.attempts, world.slack.cards("#support")) == ([], [])


async def test_what_needs_judgement_waits_and_what_was_decided_is_told_once_everything_is_back(
    world: RuledWorld,
) -> None:
    await world.slack.shut()
    waits = await world.agent.asks(action={**CREDIT, "arguments": {"amount": "50.00"}})
    runs = await world.agent.asks(action=CREDIT)
    assert (waits["status"], runs["status"]) == ("pending", "approved")
    await world.restarts()
    assert (await world.agent.sees(waits["id"]))["status"] == "pending"

    await world.slack.open()
    await world.later(minutes=1)

    assert world.agent.told() == ["approval.approved"]
    assert {card.words.splitlines()[0] for card in world.slack.cards("#support")} == {"Credit"}
    assert len(world.slack.cards("#support")) == 2, "the one that waits, and the quality check"
