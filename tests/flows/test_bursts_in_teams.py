"""Stories of bursts in Teams: the batch card, and a view of one's own in its place."""

from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest

from tests.fakes.teams_tenant import Posted
from tests.flows.teams_world import TeamsWorld, seen, words
from tests.flows.world import refund

MANY = 30


@pytest.fixture
async def teams(database_url: str, tmp_path: Path) -> AsyncIterator[TeamsWorld]:
    """A whole installation with Teams."""
    async with TeamsWorld(database_url, tmp_path) as world:
        await world.installs()
        yield world


async def burst(world: TeamsWorld, many: int = 8) -> Posted:
    """So many requests within a moment; the card in the channel for approvals."""
    for number in range(1, many + 1):
        world.clock.advance(milliseconds=1)
        await world.agent.asks(**refund(f"{number}.00"))
    await world.settles()
    [card] = world.teams.cards(world.approvals)
    return card


async def test_thirty_requests_become_one_card_and_are_decided_one_by_one(teams: TeamsWorld) -> None:
    card = await burst(teams, MANY)
    assert "30 requests wait here" in words(card.card)
    assert "and 20 more" in words(card.card)

    own = await teams.teams.press(card, "Review one by one", by="Ann")
    for left in range(MANY, 0, -1):
        assert f"1 of {left} waiting" in seen(own)
        own = await teams.press_again(card, own, "Approve", by="Ann")
        assert "Approved by Ann" in seen(own)
        own = await teams.press_again(card, own, "Next", by="Ann")
    assert "of 30, all over" in seen(own)
    await teams.later(seconds=10)

    assert "All 30 requests are over" in words(card.card)
    assert "30 approved" in words(card.card)
    assert teams.agent.told() == ["approval.approved"] * MANY
    assert len(teams.teams.cards(teams.approvals)) == 1


async def test_a_form_in_ones_own_view_leads_back_to_it(teams: TeamsWorld) -> None:
    card = await burst(teams)
    own = await teams.teams.press(card, "Review one by one", by="Ann")
    form = await teams.press_again(card, own, "Reject", by="Ann")
    again = await teams.press_again(card, form, "Back", by="Ann")
    assert "1 of 8 waiting" in seen(again)
    form = await teams.press_again(card, again, "Reject", by="Ann")
    given: dict[str, Any] = {"placet_reason": "wrong_facts", "placet_words": ""}
    following = await teams.press_again(card, form, "Reject", by="Ann", inputs=given)
    assert "Rejected by Ann" in seen(following)
    following = await teams.press_again(card, following, "Next", by="Ann")
    assert "1 of 7 waiting" in seen(following)
    assert "Refund 2.00 EUR" in seen(following)


async def test_the_pages_turn_for_the_presser_alone(teams: TeamsWorld) -> None:
    card = await burst(teams)
    before = words(card.card)
    own = await teams.teams.press(card, "Review one by one", by="Ann")
    own = await teams.press_again(card, own, "Next", by="Ann")
    assert "2 of 8 waiting" in seen(own)
    own = await teams.press_again(card, own, "Previous", by="Ann")
    own = await teams.press_again(card, own, "Previous", by="Ann")
    assert "8 of 8 waiting" in seen(own)
    shared = await teams.press_again(card, own, "Back to the list", by="Ann")
    assert "8 requests wait here" in seen(shared)
    assert words(card.card) == before


async def test_who_may_see_none_of_them_is_told_so(teams: TeamsWorld) -> None:
    card = await burst(teams)
    answer = await teams.teams.press(card, "Review one by one", by="Lea")
    assert "not among the people who may see" in seen(answer)


async def test_a_limited_conversation_takes_the_burst_when_it_may(teams: TeamsWorld) -> None:
    teams.teams.fail("create", 429, "Throttled", retry_after=20)
    for number in range(8):
        await teams.agent.asks(**refund(f"{number + 1}.00"))
    await teams.settles()
    assert teams.teams.cards(teams.approvals) == []
    await teams.later(seconds=30)
    [card] = teams.teams.cards(teams.approvals)
    assert "8 requests wait here" in words(card.card)
