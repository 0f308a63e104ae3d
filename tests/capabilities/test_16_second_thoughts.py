"""Afterwards anything can be rated and corrected, and what a rule approved can be taken back."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from bot.domain.form import key_of
from tests.flows.modes_world import AUTO, TOLD, Modes
from tests.flows.world import ANN, BEN


@pytest.fixture
async def world(database_url: str, tmp_path: Path) -> AsyncIterator[Modes]:
    async with Modes(database_url, tmp_path) as world:
        await world.installs()
        yield world


async def test_an_automatic_approval_is_taken_back_and_the_agent_is_told_to_undo_it(world: Modes) -> None:
    asked = await world.credits(TOLD)
    assert (asked["status"], asked["mode"]) == ("approved", "notify")
    assert await world.agent.redeems(asked) == 200
    await world.later(minutes=1)

    told = await world.gives_a_reason("slack", "Ben", "Override…", asked["id"])

    assert "Taken back, but it already ran: the agent is told to undo it." in told
    await world.expect_everywhere("Overridden by Ben: a duplicate", "the agent is told to undo it")
    assert world.agent.told() == ["approval.approved", "approval.reverted"]
    reverted = world.agent.callbacks[-1]["data"]["approval"]
    assert reverted["id"] == asked["id"]
    assert reverted["reverted_by"] == {"id": "ben", "name": "Ben"}
    assert reverted["reverted_reason"] == {"code": "duplicate", "text": "Paid in May."}
    assert await world.agent.redeems(asked) == 410
    # What was taken back once is not taken back again.
    page = await world.page("Ann", asked["id"])
    assert "Override" not in page.text
    done = {"status": "reverted", "detail": "The credit was cancelled."}
    assert (await world.agent.post(f"/v1/approvals/{asked['id']}/outcome", done)).status == 200
    await world.later(minutes=1)
    await world.expect_everywhere("it was undone, the agent reports")


async def test_whatever_was_decided_by_a_rule_or_by_people_is_rated_corrected_and_counted(
    world: Modes,
) -> None:
    by_rule = await world.credits(AUTO)
    page = await world.page("Ann", by_rule["id"])
    form = page.form(f"/requests/{by_rule['id']}/press", choice="rate")
    await world.browsers["Ann"].send(form, grade="right")

    by_people = await world.asked()
    card = await world.slack.card("#support")
    await card.press("Approve", by=ANN)
    await world.later(minutes=1)
    await card.press("Rate…", by=BEN)
    view = await world.slack.view(BEN, "Rate")
    await view.submit(
        {
            "Was it the right decision?": "Wrong",
            "What was wrong (for a wrong one)": "The amount is wrong",
            "In your words (optional; the agent is not told)": "Half the price.",
        }
    )
    await world.page("Ben", by_people)
    correct = f"/requests/{by_people}/correct"
    form = (await world.browsers["Ben"].get(correct)).form(correct)
    changes = await world.browsers["Ben"].fill(form, {key_of(("amount",)): "120.00"})
    await world.browsers["Ben"].send(changes.form(f"/requests/{by_people}/correction"))
    await world.later(minutes=1)

    await world.expect_everywhere(
        "Ben rated it wrong: the amount is wrong, with a correction", "Half the price."
    )
    assert "Ann rated it right" in (await world.page("Ben", by_rule["id"])).text
    # Neither a rating nor a correction changes what was decided, and the agent hears nothing of it.
    stands = await world.agent.sees(by_people)
    assert (stands["status"], stands["action"]["arguments"]["amount"]) == ("approved", "240.00")
    assert world.agent.told() == ["approval.approved"] * 2
    await world.counts()
    await world.slack.mention("#support", "stats", by=ANN)
    await world.slack.expect_told(ANN, "Rated wrong afterwards: 1 of 2.")
