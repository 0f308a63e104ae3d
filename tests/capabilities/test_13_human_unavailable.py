"""Human unavailable: the agent and the card say how the wait stands, and it moves on until it ends."""

from collections.abc import AsyncIterator
from datetime import datetime, timedelta
from pathlib import Path

import pytest

from tests.fakes.clock import START
from tests.flows.world import ANN, BEN, LEA, World, refund


@pytest.fixture
async def world(database_url: str, tmp_path: Path) -> AsyncIterator[World]:
    async with World(database_url, tmp_path) as world:
        yield world


async def decisions_took(world: World, *minutes: int) -> None:
    """So many requests, each of which waited so long for Ann."""
    for each in minutes:
        await world.agent.asks()
        await world.settles()
        world.clock.advance(minutes=each)
        await (await world.slack.card("#support")).press("Approve", by=ANN)
        await world.settles()


def told(at: datetime, *, minutes: int) -> str:
    """A moment as resources name it."""
    return (at + timedelta(minutes=minutes)).strftime("%Y-%m-%dT%H:%M:%SZ")


async def test_place_expected_wait_holder_and_next_step_are_told_to_agent_and_people(world: World) -> None:
    first_of_all = await world.agent.asks()
    assert first_of_all["queue"]["expected_wait_s"] is None, "nothing was measured yet"
    await world.settles()
    await (await world.slack.card("#support")).press("Approve", by=ANN)
    await world.settles()
    await decisions_took(world, 4, 6, 10)

    older = await world.agent.asks()
    await world.later(seconds=2)
    waiting = await world.agent.asks(action=refund("99.00")["action"])
    await world.settles()

    asked_at = world.clock()
    assert (await world.agent.sees(waiting["id"]))["queue"] == {
        "position": 2,
        # The median of four, six and ten minutes; what was decided at once says nothing about a wait.
        "expected_wait_s": 360,
        "held_by": None,
        "moves_on_at": told(asked_at, minutes=15),
    }
    card = await world.slack.card("#support")
    await card.expect("Number 2 in the queue", "A decision is expected", "Moves on to step 2 (#leads)")

    world.clock.advance(minutes=5)
    await world.slack.mention("#support", "claim", by=BEN, thread_ts=card.ts)
    await world.settles()
    held = (await world.agent.sees(waiting["id"]))["queue"]
    # Of those that took longer than these five minutes, one took a minute more and one five.
    assert (held["expected_wait_s"], held["held_by"]) == (180, "ben")
    assert held["moves_on_at"] == told(asked_at, minutes=15)
    await card.expect("Ben is looking into it")

    await (await world.slack.card("#support", number=-2)).press("Approve", by=ANN)
    await world.settles()
    assert (await world.agent.sees(older["id"]))["queue"] is None
    assert (await world.agent.sees(waiting["id"]))["queue"]["position"] == 1


async def test_when_nobody_comes_it_moves_on_and_ends_as_no_answer_and_never_as_a_yes(world: World) -> None:
    asked = await world.agent.asks()
    await world.settles()
    assert (await world.agent.sees(asked["id"]))["queue"]["moves_on_at"] == told(START, minutes=15)

    await world.later(minutes=15)
    stands = await world.agent.sees(asked["id"])
    assert (stands["status"], stands["step"], stands["queue"]["moves_on_at"]) == ("pending", 2, None)
    assert stands["expires_at"] == told(START, minutes=45)
    assert world.agent.told() == ["approval.escalated"]
    leads = await world.slack.card("#leads")
    await leads.expect("Expires if nobody decides")
    assert "Moves on" not in leads.words
    late = leads.payload("Approve", by=LEA)

    await world.later(minutes=30)
    ended = world.agent.callbacks[-1]["data"]["approval"]
    assert (ended["status"], ended["queue"], ended["decision"]) == ("expired", None, None)
    assert "this is not a refusal" in ended["message"]
    await world.slack.deliver(late)
    assert (await world.agent.sees(asked["id"]))["status"] == "expired"
    assert await world.agent.redeems(ended) == 409
