"""Stories of looking back: decisions are rated afterwards, on every platform."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from bot.domain.form import key_of
from tests.fakes.browser import Browser
from tests.flows.teams_world import TeamsWorld, seen
from tests.flows.world import ANN, BEN, World


@pytest.fixture
async def both(database_url: str, tmp_path: Path) -> AsyncIterator[TeamsWorld]:
    """A whole installation on both chat platforms."""
    async with TeamsWorld(database_url, tmp_path) as world:
        await world.installs()
        yield world


async def test_a_decision_is_rated_wrong_in_slack_and_stands(world: World) -> None:
    asked = await world.agent.asks()
    await world.settles()
    card = await world.slack.card("#support")
    await card.press("Approve", by=ANN)
    await world.settles()
    await card.press("Rate…", by=BEN)
    form = await world.slack.view(BEN, "Rate")
    await form.submit({"Was it the right decision?": "Wrong"})
    assert "Choose whether it was right or wrong" in " ".join(form.errors)
    await form.submit(
        {
            "Was it the right decision?": "Wrong",
            "What was wrong (for a wrong one)": "The amount is wrong",
            "In your words (optional; the agent is not told)": "Half the price.",
        }
    )
    form = await world.slack.view(BEN, "Correct")
    await form.expect("Your rating is recorded.")
    await form.submit({"amount": "120.00"})
    await form.expect("− 240.00", "+ 120.00", "Nothing runs, and the agent is not told")
    assert "revision 2" not in form.words
    assert form.submit_label == "Keep as the correction"
    await form.submit()
    await world.settles()
    await card.expect("Ben rated it wrong: the amount is wrong, with a correction", "Half the price.")
    approval = await world.agent.sees(asked["id"])
    assert approval["status"] == "approved"
    assert "ratings" not in approval
    assert world.agent.told() == ["approval.approved"]


async def test_a_decision_is_rated_in_teams(both: TeamsWorld) -> None:
    _, card = await both.asks()
    await both.press(card, "Approve", by="Ann")
    await both.settles()
    form = await both.teams.press(card, "Rate…", by="Ben")
    assert "Was it the right decision?" in seen(form)
    again = await both.press_again(card, form, "Save", by="Ben", inputs={"placet_grade": "wrong"})
    assert "Choose whether it was right or wrong" in seen(again)
    wrong = {"placet_grade": "wrong", "placet_reason": "wrong_amount"}
    correct = await both.press_again(card, again, "Save", by="Ben", inputs=wrong)
    assert "What they should have been" in seen(correct)
    inputs = {key_of(("amount",)): "120.00"}
    shown = await both.press_again(card, correct, "See what changes", by="Ben", inputs=inputs)
    assert "Nothing runs" in seen(shown)
    kept = await both.press_again(card, shown, "Keep as the correction", by="Ben")
    assert "with what its arguments should have been" in seen(kept)
    filled = {"placet_grade": "right", "placet_words": "Well seen."}
    done = await both.press_again(card, again, "Save", by="Ben", inputs=filled)
    assert "Recorded: it was right" in seen(done)
    await both.settles()
    await both.teams.expect(card, "Ben rated it right")


async def test_a_decision_is_rated_in_the_browser(world: World) -> None:
    asked = await world.agent.asks()
    await world.settles()
    await (await world.slack.card("#support")).press("Approve", by=ANN)
    assert world._server is not None
    browser = Browser(str(world._server.make_url("")).rstrip("/"))
    page = await browser.get(f"/sign-in/{await world.app.sessions.create_link('ben')}")
    await browser.send(page.forms[0])
    page = await browser.get(f"/requests/{asked['id']}")
    form = page.form(f"/requests/{asked['id']}/press", choice="rate")
    rated = await browser.send(form, grade="wrong", reason_code="tone", words="Too curt.")
    assert "Ben rated it wrong: wording or tone" in rated.text
    assert "Too curt." in rated.text
    correct = f"/requests/{asked['id']}/correct"
    changes = await browser.fill((await browser.get(correct)).form(correct), {key_of(("amount",)): "120.00"})
    kept = await browser.send(changes.form(f"/requests/{asked['id']}/correction"))
    assert "wording or tone, with a correction" in kept.text
    assert (await world.agent.sees(asked["id"]))["action"]["arguments"]["amount"] == "240.00"
    await browser.close()
