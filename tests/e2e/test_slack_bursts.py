"""A burst of requests in Slack's own web client: one card, decided one by one."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from playwright.sync_api import ViewportSize

from .packets import refund
from .stage import Stage
from .waiting import wait_until

_NARROW = ViewportSize(width=960, height=1300)
_MANY = 30


def test_thirty_requests_at_once_are_one_card_and_decided_one_by_one(
    set_stage: Callable[..., Stage], album: Path
) -> None:
    stage = set_stage(viewport=_NARROW)
    # So that all of them wait together, however fast or slow this machine is.
    stage.slack.gate.limit_rate("chat.postMessage", times=10_000)
    with ThreadPoolExecutor(max_workers=10) as agents:
        list(agents.map(lambda number: stage.submit(refund(str(2000 + number))), range(_MANY)))
    stage.slack.gate.relent("chat.postMessage")
    stage.wait_for_cards("support")
    ben = stage.window("ben")
    card = ben.card(f"{_MANY} requests wait here")
    card.expect_text("and 20 more")
    card.screenshot(album / "slack-batch.png")

    card.press("Review one by one")
    own = ben.private("1 of ")
    own.screenshot(album / "slack-batch-pager.png")
    for _ in range(2):
        own.press("Approve")
        own.expect_text("Approved by Ben Nevis")
        own.press("Next")
        own.expect_text("1 of ")
    own.press("Reject")
    form = ben.modal("Reject")
    form.choose("Why not?", "The amount is wrong").submit()
    form.expect_text("Rejected.")
    form.close()
    own.expect_text("Rejected by Ben Nevis")
    own.screenshot(album / "slack-batch-decided.png")

    card.expect_text("2 approved", "1 rejected")
    wait_until(lambda: len(stage.agent.callbacks()) == 3, why="three callbacks")
    assert {each.approval["decision"]["by"][0] for each in stage.agent.callbacks()} == {"ben"}
    assert len(stage.slack.cards("support")) <= 5
    ben.screenshot(album / "slack-batch-channel.png")
