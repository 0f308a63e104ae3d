"""The policy's file while Placet runs: what becomes of it is told loudly, once, to whom it concerns."""

import json
from pathlib import Path

import pytest

from storage.policy_history import kept_versions
from tests.flows.world import ANN, BEN, World

BROKEN = ("500 EUR", "500")


def direct(world: World, user: str) -> list[str]:
    """What a person was told in their direct messages."""
    return [message.text for message in world.slack.messages(f"@{user}")]


async def test_a_broken_policy_is_told_to_its_owner_and_its_repair_too(
    world: World, caplog: pytest.LogCaptureFixture
) -> None:
    held = world.app.policy.current().version
    await world.policy_breaks(*BROKEN)
    await world.settles()

    [told] = direct(world, ANN)
    assert f"policy.yml was changed and cannot be used, so version {held} goes on holding." in told
    assert "people.ben.limits" in told
    assert direct(world, BEN) == []
    assert "people.ben.limits" in caplog.text
    assert world.app.metrics.page().count(b"\nplacet_policy_broken 1.0\n") == 1
    ready = await world.agent.http.get("/readyz")
    assert ready.status == 200
    standing = (await ready.json())["policy"]
    assert standing["version"] == held
    assert standing["broken_since"] == world.clock().isoformat()
    assert "limits" not in json.dumps(standing)
    stored = await world.agent.asks()
    assert (stored["status"], stored["policy_version"]) == ("pending", held)
    caplog.clear()

    await world.policy_says(BROKEN[1] + "}", BROKEN[0] + "}", changes=False)
    await world.settles()

    assert direct(world, ANN)[1:] == [f"policy.yml can be used again; version {held} holds."]
    assert b"\nplacet_policy_broken 0.0\n" in world.app.metrics.page()
    assert (await (await world.agent.http.get("/readyz")).json()) == {
        "status": "ready",
        "policy": {"version": held},
    }


async def test_a_restart_with_a_repaired_policy_tells_its_owner(world: World) -> None:
    await world.policy_breaks(*BROKEN)
    await world.settles()
    await world.restarts()
    await world.settles()

    assert [line.split()[1:4] for line in direct(world, ANN)] == [
        ["was", "changed", "and"],
        ["can", "be", "used"],
    ]


async def test_every_turn_of_the_policy_is_on_record_with_what_changed(world: World) -> None:
    first = world.app.policy.current().version
    await world.agent.asks()
    await world.policy_says("500 EUR", "600 EUR")
    await world.agent.asks()
    await world.agent.asks()
    second = world.app.policy.current().version

    found = await world.app.store.query(kept_versions)

    assert [(kept.version, kept.owner, kept.requests) for kept in found] == [
        (second, "ann", 2),
        (first, "ann", 1),
    ]
    assert found[0].changes == ('Person ben: limits for refund.* is "600 EUR" now; it was "500 EUR".',)


def test_a_policy_that_was_read_can_be_read_again(tmp_path: Path) -> None:
    """The version is the text's: what `placet policy show` prints is what held."""
    from bot.policy import load_policy
    from bot.policy.starter import starter_policy

    (tmp_path / "policy.yml").write_text(starter_policy())
    policy = load_policy(tmp_path / "policy.yml")
    (tmp_path / "again.yml").write_text(policy.text)

    assert load_policy(tmp_path / "again.yml").version == policy.version
