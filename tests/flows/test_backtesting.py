"""The policy in force, replayed on what it ruled on, gives the rulings that are on record."""

import asyncio
import random
from collections.abc import AsyncIterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Connection

from bot.backtest.query import BacktestQuery
from bot.backtest.replay import Replay
from bot.backtest.tally import Tally
from bot.domain.choice import Choice
from bot.domain.history import History
from bot.domain.ids import COMMAND, new_id
from bot.domain.moves import Press, Presser
from bot.domain.request import Reason
from bot.domain.status import ReasonCode
from bot.policy import Policy, parse_policy
from storage import past
from tests.builders import slack
from tests.flows.world import ANN, POLICY, World

ACTION = """  credit.issue:
    owner: ann
    reversible: true
    requires: [context.subject.id]
    amount: arguments.amount
    currency: EUR
    summary: Credit
escalation_policies:"""
RULES = """
rules:
  - name: never
    owner: ann
    why: Never that much.
    match: credit.issue
    when: impact.amount > 900.0
    then: refuse
  - {{name: legal, owner: ann, why: Legal looks., when: '"legal" in signals.topics', then: gate}}
  - name: said-no
    owner: ann
    why: People said no before.
    match: credit.issue
    when: history.rejected_before > 0
    then: gate
  - name: first-three
    owner: ann
    why: The first three are routine.
    match: credit.issue
    when: history.same_subject_30d < 3 && impact.amount < 100.0
    then: auto
    sample: 0.5
  - name: told
    owner: ann
    why: People are told.
    match: credit.issue
    when: history.automatic_today < 30 && impact.amount < 200.0
    then: notify
  - {{name: tried, owner: ann, why: Tried., match: credit.issue, then: auto, shadow: true}}
  - name: sure
    owner: ann
    why: The agent is sure.
    match: credit.issue
    when: has(signals.confidence) && signals.confidence > 0.95
    then: {{veto: 10m}}
"""


class RuledWorld(World):
    """An installation with rules of every kind, some of which read history."""

    policy = (
        POLICY.replace("escalation_policies:", ACTION).replace(
            "open_requests: 50", "open_requests: 500, budget: {{automatic_per_day: 40}}"
        )
        + RULES
    )

    async def replayed(self, policy: Policy | None = None) -> Tally:
        """What a backtest of the policy in force finds."""
        candidate = policy or self.app.book.current()

        def run(connection: Connection) -> Tally:
            replay = Replay(candidate)
            replay.run(past.stream(connection, BacktestQuery()), BacktestQuery())
            return replay.tally

        return await self.app.store.query(run)


@pytest.fixture
async def world(database_url: str, tmp_path: Path) -> AsyncIterator[RuledWorld]:
    async with RuledWorld(database_url, tmp_path) as world:
        yield world


def a_credit(chance: random.Random) -> dict[str, Any]:
    """What an agent may ask, whatever it is."""
    amount = f"{chance.choice((10, 99, 100, 150, 250, 901))}.00"
    signals: dict[str, Any] = {"confidence": chance.choice((0.5, 0.96))}
    signals |= {"topics": ["legal"]} if chance.random() < 0.1 else {}
    signals |= {"asked_for_human": True} if chance.random() < 0.1 else {}
    return {
        "action": {"name": "credit.issue", "arguments": {"amount": amount}},
        "context": {"subject": {"id": f"c-{chance.randrange(8)}"}},
        "signals": signals,
        "impact": {"reversible": chance.random() > 0.1},
    }


async def decide(world: RuledWorld, request_id: str, chance: random.Random) -> None:
    """Ann approves, changes or rejects a request, or comes too late."""
    stored = await world.app.store.read(request_id)
    assert stored is not None
    choice = chance.choice((Choice.APPROVE, Choice.EDIT, Choice.REJECT))
    edited = None
    if choice is Choice.EDIT:
        action = replace(stored.packet.action, arguments={"amount": "5.00"}, summary=None)
        packet = replace(stored.packet, action=action)
        edited = world.app.book.current().reassess(stored.request, packet, History(), world.clock())
    await world.app.approvals.press(
        Press(
            request_id=request_id,
            command_id=new_id(COMMAND),
            presser=Presser(identity=slack(ANN)),
            choice=choice,
            revision=1,
            reason=Reason(code=ReasonCode.POLICY) if choice is Choice.REJECT else None,
            edited=edited,
        )
    )


async def work(world: RuledWorld, chance: random.Random) -> int:
    """Bursts of requests, decisions on some, and days between them; how many requests."""
    asked = 0
    for _ in range(6):
        burst = [a_credit(chance) for _ in range(12)]
        made = await asyncio.gather(*(world.agent.asks(**body) for body in burst))
        asked += len(made)
        await world.later(seconds=60)
        waiting = [one["id"] for one in made if one["status"] == "pending"]
        for request_id in waiting[:4]:
            await decide(world, request_id, chance)
        await world.later(days=chance.choice((0, 1, 20)))
    return asked


@pytest.mark.parametrize("seed", range(2))
async def test_the_policy_in_force_rules_again_as_it_did(world: RuledWorld, seed: int) -> None:
    asked = await work(world, random.Random(seed))

    tally = await world.replayed()

    assert (tally.requests, tally.same) == (asked, asked)
    assert {"never", "first-three", "told", "default"} <= tally.rules.keys()


async def test_another_policy_is_found_to_rule_otherwise(world: RuledWorld) -> None:
    asked = await work(world, random.Random(7))
    in_force = world.app.book.current()
    candidate = parse_policy(in_force.text.replace("automatic_today < 30", "automatic_today < 0"))

    tally = await world.replayed(candidate)

    assert tally.requests == asked
    assert tally.same < asked
    assert tally.added > 0
    assert "told" not in tally.rules
