"""Autonomy is raised by its owner alone, on evidence, and falls by itself; candidates are tried first."""

import json
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest

from tests.capabilities.operating import Operator, operator
from tests.flows.test_autonomy import BENS, RuledWorld, labels
from tests.flows.world import ANN, BEN

__all__ = ["operator"]

GATED = "then: gate\n    may_become: [notify, auto]\n"
RULE = "  - {name: bold, owner: ann, why: To be tried., match: credit.issue, then: auto, shadow: true}\n"


@pytest.fixture
async def world(database_url: str, tmp_path: Path) -> AsyncIterator[RuledWorld]:
    async with RuledWorld(database_url, tmp_path) as world:
        await world.app.oversight.reviewing.step()
        yield world


async def test_it_is_earned_by_evidence_given_by_the_owner_and_lost_by_errors(world: RuledWorld) -> None:
    await world.credits("succeeded", count=3, by=BEN)
    await world.month_passes()
    [card] = world.in_own_chat(ANN)
    assert "Your rule small demands gate: a person decides. What should become of it?" in card.text
    assert "It has not earned notify yet. People judged 3 of its requests, and 4 are needed." in card.text
    assert labels(card) == ["Keep"]

    await world.credits("succeeded", count=4, by=BEN)
    await world.month_passes()
    card = world.in_own_chat(ANN)[-1]
    # n, approvals, edits and downstream errors, each with its bounds.
    for told in (
        "4 requests came under it; 0 ran without people",
        "People approved as it came: 4 of 4 (100%; between 51% and 100%)",
        "They changed before they approved: 0 of 4 (0%; between 0% and 49%)",
        "Failed or was reverted: 0 of 4 (0%; between 0% and 49%)",
    ):
        assert told in card.text
    assert labels(card) == ["Keep", "Loosen"]
    review = await world.review()
    heard = await world.app.speaking.accept(f"loosen:{review}", BENS)
    assert heard.lines == ("Only the owner of small moves it.",)
    [waits] = await world.credits("succeeded", count=1, by=BEN)
    assert waits["mode"] == "gate"

    assert "small demands notify from now on" in await world.answers("Loosen", by=ANN)
    [runs] = await world.credits("succeeded", count=1)
    assert (runs["status"], runs["mode"], runs["ruling"]["rule"]) == ("approved", "notify", "small")
    await world.month_passes()
    assert labels(world.in_own_chat(ANN)[-1]) == ["Keep", "Tighten"]

    await world.credits("failed", count=4)
    await world.measures()
    await world.app.oversight.autonomy.step()
    await world.settles()
    fallen = world.in_own_chat(ANN)[-1].text
    assert "Your rule small demands gate now. It lost its autonomy by itself." in fallen
    [waits] = await world.credits("failed", count=1, by=BEN)
    assert (waits["status"], waits["mode"]) == ("pending", "gate")


async def test_a_candidate_is_held_against_what_people_decided_and_how_it_turned_out(
    world: RuledWorld, operator: Operator, tmp_path: Path
) -> None:
    await world.credits("succeeded", count=2, by=BEN)
    [went_wrong] = await world.credits("failed", count=1, by=BEN)
    asked = await world.agent.asks(action={"name": "credit.issue", "arguments": {"amount": "20.00"}})
    await world.later(seconds=2)
    await (await world.slack.card("#support")).press("Reject", by=BEN)
    view = await world.slack.view(BEN, "Reject")
    await view.submit({"Why not?": "Too risky"})
    await world.settles()
    candidate = tmp_path / "candidate.yml"
    candidate.write_text((tmp_path / "policy.yml").read_text().replace(GATED, "then: auto\n"))

    told = await backtested(operator, str(candidate))

    assert (told["requests"], told["same"], told["saved"], told["mistakes"]) == (4, 0, 4, 2)
    [rule] = told["rules"]
    assert rule["rule"] == "small"
    assert (rule["saved_approved"], rule["saved_failed"], rule["saved_rejected"]) == (2, 1, 1)
    assert set(rule["mistaken"]) == {went_wrong["id"], asked["id"]}
    # Against itself, the policy in force rules as it did; and a backtest has changed nothing.
    same = await backtested(operator)
    assert (same["requests"], same["same"], same["mistakes"]) == (4, 4, 0)
    assert (await world.agent.sees(asked["id"]))["status"] == "rejected"


async def backtested(operator: Operator, *candidate: str) -> Any:
    """What a backtest says."""
    ended = await operator.runs("policy", "backtest", *candidate, "--json")
    assert ended.code == 0, ended.err
    return json.loads(ended.out)


async def test_a_shadow_rule_only_records_and_a_rule_past_its_review_date_is_named(
    world: RuledWorld, operator: Operator
) -> None:
    await world.policy_says("rules:\n", f"rules:\n{RULE}")
    await world.policy_says(
        "owner: ann\n    why: Credits", "owner: ann\n    review_by: 2026-03-01\n    why: Credits"
    )

    [asked] = await world.credits("succeeded", count=1, by=BEN)

    assert (asked["status"], asked["mode"], asked["ruling"]["rule"]) == ("pending", "gate", "small")
    explained = (await operator.runs("policy", "explain", asked["id"])).out
    assert "bold" in explained
    assert "auto" in explained
    checked = (await operator.runs("policy", "check")).out
    assert 'ann should have looked at the rule "small"' in checked
    assert "2026-03-01" in checked
    await world.month_passes()
    [card] = world.in_own_chat(ANN)
    assert "You were to look at it by 2026-03-01." in card.text
