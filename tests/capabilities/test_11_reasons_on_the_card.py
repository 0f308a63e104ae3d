"""The card says why it was routed here and what each of its buttons will do, wherever it stands."""

from collections.abc import AsyncIterator
from html import unescape
from pathlib import Path

import pytest

from tests.capabilities.desk import FAY, Desk
from tests.flows.modes_world import SLOW, Modes
from tests.flows.teams_world import words
from tests.flows.world import ANN
from tests.policy.packets import refund


@pytest.fixture
async def office(database_url: str, tmp_path: Path) -> AsyncIterator[Modes]:
    """On Slack, on Teams and in the browser."""
    async with Modes(database_url, tmp_path) as world:
        await world.installs()
        yield world


async def test_why_it_is_here_by_rule_value_route_and_step(support: Desk) -> None:
    await support.asks(refund("600.00", 1.0, signals={"topics": ["legal", "billing"]}))
    first = await support.card("refunds")
    await first.expect(
        "Legal threats, chargebacks and leaving customers are for people, however sure the agent is.",
        "Rule: touchy-topic, owned by Ann.",
        "It saw signals.topics = “legal, billing”.",
        "Route: large-refunds.",
        "Asked: step 1 of 2 (#refunds).",
    )
    await first.press("Escalate", by=FAY)
    await support.settles()
    await first.expect("Asked: step 2 of 2 (@finance).", "Rule: touchy-topic, owned by Ann.")


async def test_every_button_has_its_consequence_beside_it(support: Desk) -> None:
    await support.asks(refund("600.00"))
    card = await support.card("refunds")
    assert card.buttons == ["Approve", "Reject", "Edit…", "Details", "Escalate", "More…"]
    await card.expect(
        "*If you approve:* Your approval is one of the 2 after which support-bot may run refund.issue"
        " with exactly these arguments.",
        "*If you reject:* Nothing runs; the agent is told why.",
        "*If you edit:* support-bot may run it with your changes only, as far as rules and limits allow.",
        "*If you escalate:* @finance is asked at once.",
    )

    # What cannot be pressed is not explained.
    await card.press("Escalate", by=FAY)
    await support.settles()
    assert "Escalate" not in card.buttons
    assert "If you escalate" not in card.words
    await support.presses("refunds", "Approve", by=FAY)
    await support.presses("refunds", "Approve", by=ANN)
    assert "If you" not in card.words


async def test_the_agents_own_words_for_what_follows_are_marked_as_such(support: Desk) -> None:
    effects = {"approve": "Maria gets her money tomorrow.", "reject": "She is asked to wait for the carrier."}
    await support.asks(refund("300.00", action={"effects": effects}))
    await (await support.card("support")).expect(
        "“Maria gets her money tomorrow.”", "“She is asked to wait for the carrier.”", "in the agent’s words"
    )


async def test_the_same_is_said_in_slack_in_teams_and_in_the_browser(office: Modes) -> None:
    gated = await office.agent.asks()
    await office.settles()
    await _said(
        office,
        gated["id"],
        "Asked: step 1 of 2",
        "support-bot may run refund.issue with exactly these arguments.",
        "Nothing runs; the agent is told why.",
        "may run it with your changes only, as far as rules and limits allow.",
        "is asked at once.",
    )


async def test_a_window_for_objections_says_what_silence_will_do(office: Modes) -> None:
    asked = await office.credits(SLOW)
    await _said(
        office,
        asked["id"],
        "Credits are routine.",
        "Rule: credit-slow, owned by Ann.",
        f"support-bot may run {SLOW} with exactly these arguments at once instead of waiting for the window",
        "Nothing runs; the agent is told why.",
        f"support-bot may run {SLOW} with exactly these arguments.",
    )


async def _said(office: Modes, request_id: str, *expected: str) -> None:
    """The newest cards and the page say all of it."""
    page = unescape((await office.page("Ann", request_id)).text)
    shown = {
        "Slack": (await office.slack.card("#support")).words,
        "Teams": words((await office.teams_card()).card),
        "the browser": page,
    }
    missing = {place: [each for each in expected if each not in said] for place, said in shown.items()}
    assert missing == {place: [] for place in shown}
