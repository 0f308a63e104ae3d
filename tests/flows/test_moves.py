"""Stories of reviewers who do something else than decide: on Slack, on Teams and in the browser alike."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from tests.flows.office import SURFACES, Office
from tests.flows.teams_world import seen, words
from tests.flows.world import BEN


@pytest.fixture
async def world(database_url: str, tmp_path: Path) -> AsyncIterator[Office]:
    """A whole installation, with the app in the team."""
    async with Office(database_url, tmp_path) as world:
        await world.installs()
        yield world


async def shows(world: Office, *parts: str) -> None:
    """Every copy says it."""
    await (await world.slack.card("#support")).expect(*parts)
    await world.teams.expect(await world.teams.card(world.approvals, number=0), *parts)


@pytest.mark.parametrize("surface", SURFACES)
async def test_a_case_is_looked_into_asked_about_handed_over_and_escalated(
    world: Office, surface: str
) -> None:
    asked = await world.asked()
    assert "You look into it" in await world.does(surface, "Ann", "claim", asked)
    await shows(world, "Ann is looking into it")
    assert (await world.agent.sees(asked))["queue"]["held_by"] == "ann"

    await world.does(surface, "Ann", "ask", asked, words="Was it paid twice?")
    await shows(world, "Ann asked support-bot · no answer yet", "Was it paid twice?")
    await _answer(world, asked, "No, @channel once.")
    await shows(world, "support-bot answered Ann", "No, @channel once.")
    card = await world.slack.card("#support")
    assert card.mentioned == []
    assert "“No, @channel once.”" in card.replies[-1]

    told = await world.does(surface, "Ann", "hand_over", asked, to="ben", words="You know her.")
    assert "Handed over to Ben, who is told." in told
    await shows(world, "Ben is looking into it, handed over by Ann")
    await (await world.slack.card(f"@{BEN}")).expect("Refund 240.00 EUR for order 4892")
    assert (await world.agent.sees(asked))["queue"]["held_by"] == "ben"

    await world.does(surface, "Ben", "escalate", asked, words="Above my head.")
    leads = await world.teams.card(world.leads)
    await world.teams.expect(leads, "Ben on why it was escalated", "Above my head.")
    assert (await world.agent.sees(asked))["step"] == 2
    assert world.agent.told() == ["approval.question", "approval.escalated"]


async def _answer(world: Office, asked: str, text: str) -> None:
    """The agent answers what its last callback asked."""
    question = world.agent.callbacks[-1]["data"]["question"]
    assert (question["id"], question["text"], question["person"]) == ("q1", "Was it paid twice?", "ann")
    answer = {"text": text, "reply_to": question["id"]}
    assert (await world.agent.post(f"/v1/approvals/{asked}/messages", answer)).status == 200
    await world.later(minutes=1)


async def test_reminders_rest_while_somebody_looks_into_it_and_the_deadline_does_not(world: Office) -> None:
    asked = await world.asked()
    await world.does("web", "Ann", "claim", asked)
    await world.later(minutes=6)
    assert (await world.slack.card("#support")).replies == []
    await world.later(minutes=10)
    seen_by_agent = await world.agent.sees(asked)
    assert (seen_by_agent["step"], seen_by_agent["queue"]["held_by"]) == (2, None)


async def test_two_who_are_in_different_rooms_approve_together(world: Office) -> None:
    await world.policy_says("quorum: {approve: 1", "quorum: {approve: 2")
    asked = await world.asked()
    await world.approve("slack", "Ann", asked)
    await world.settles()
    await shows(world, "1 of 2 approved", "Ann approved")
    for surface in ("teams", "web"):
        await world.approve(surface, "Ann", asked)
    assert [vote["person"] for vote in (await world.agent.sees(asked))["votes"]] == ["ann"]

    await world.does("web", "Ann", "withdraw", asked)
    await shows(world, "0 of 2 approved")
    await world.approve("teams", "Ben", asked)
    await world.approve("web", "Ann", asked)
    await world.later(minutes=1)
    await shows(world, "Approved by Ben and Ann")
    assert world.agent.told() == ["approval.approved"]


async def test_a_voter_who_left_the_policy_counts_no_longer(world: Office) -> None:
    await world.policy_says("quorum: {approve: 1", "quorum: {approve: 2")
    asked = await world.asked()
    await world.approve("slack", "Ann", asked)
    await world.policy_says("support: {members: [ann, ben, cat, zoe]}", "support: {members: [ben, cat, zoe]}")
    await world.approve("teams", "Ben", asked)
    assert (await world.agent.sees(asked))["status"] == "pending"
    card = await world.teams.press(await world.teams.card(world.approvals, number=0), "Details", by="Ben")
    assert "1 of 2 approved" in seen(card)
    assert "Ann approved" in words(card.json)


async def test_whoever_takes_over_is_named_to_the_agent_and_on_every_card(world: Office) -> None:
    asked = await world.asked()
    card = await world.slack.card("#support")
    await card.press("Reject", by=BEN)
    view = await world.slack.view(BEN, "Reject")
    await view.submit({"Why not?": "I take over from here"})
    await world.settles()
    await shows(world, "Ben took over")
    [callback] = world.agent.callbacks
    approval = callback["data"]["approval"]
    assert approval["message"] == ("A person has taken over this conversation; stop and hand it over to Ben.")
    assert approval["decision"]["taken_over_by"] == {"id": "ben", "name": "Ben"}
    assert (await world.agent.sees(asked))["decision"]["taken_over_by"]["id"] == "ben"
