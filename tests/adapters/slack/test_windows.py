"""Every window opens while its trigger lives, however slow the database is, or the presser is told."""

import asyncio

import pytest

from adapters.slack.answers import TOO_SLOW
from tests.adapters.slack.desk import Desk
from tests.fakes.clock import MovedClock
from tests.fakes.slack_screen import Card
from tests.fakes.slack_server import FakeSlack
from tests.patience import PATIENT

#: what opens a window, and what stands in it when everything is there
WINDOWS = {
    "Reject": "Why not?",
    "Edit…": "order",
    "Details": "order",
    "Review…": "order",
    "More…": "What do you want to do?",
}


async def _card(desk: Desk, slack: FakeSlack, label: str) -> Card:
    await desk.ask(high_impact=label == "Review…")
    return await slack.card("#support")


async def test_the_table_names_every_button_that_opens_a_window(desk: Desk, slack: FakeSlack) -> None:
    for high_impact in (False, True):
        await desk.ask(high_impact=high_impact)
    labels = {label for card in slack.cards("#support") for label in card.buttons}
    assert labels - set(WINDOWS) == {"Approve", "Escalate"}


@pytest.mark.parametrize("label", WINDOWS)
async def test_a_window_opens_while_the_database_answers_nothing(
    desk: Desk, slack: FakeSlack, label: str
) -> None:
    card = await _card(desk, slack, label)
    desk.store.gate, desk.store.read_gate = asyncio.Event(), asyncio.Event()
    slack.calls.clear()
    # Less than the patience with the database, after which it would open all the same.
    async with asyncio.timeout(PATIENT.total_seconds() / 2):
        assert (await card.press(label, by="U01ANN")).status == 200
        view = await slack.view("U01ANN")
    assert slack.calls[0].method == "views.open"
    assert slack.called("views.update") == []
    desk.store.gate.set()
    desk.store.read_gate.set()
    await view.expect(WINDOWS[label])


@pytest.mark.parametrize("label", WINDOWS)
async def test_a_window_whose_trigger_expired_is_told(
    desk: Desk, slack: FakeSlack, clock: MovedClock, label: str
) -> None:
    payload = (await _card(desk, slack, label)).payload(label, by="U01ANN")
    clock.advance(seconds=4)
    await slack.deliver(payload)
    await desk.settle()
    await slack.expect_told("U01ANN", TOO_SLOW)
    assert not slack.has_view("U01ANN")


@pytest.mark.parametrize("label", WINDOWS)
async def test_a_window_that_slack_limits_is_told(desk: Desk, slack: FakeSlack, label: str) -> None:
    card = await _card(desk, slack, label)
    slack.limit("views.open", after=1, times=10)
    assert (await card.press(label, by="U01ANN")).status == 200
    await desk.settle()
    await slack.expect_told("U01ANN", TOO_SLOW)
