"""A burst in Microsoft's own client: one card for all, and a view of one's own to turn them over."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from .packets import refund
from .teams_stage import TeamsStage
from .teams_tenant import CHANNELS

_MANY = 30


def test_thirty_requests_are_one_card_and_are_decided_one_by_one(
    set_teams_stage: Callable[..., TeamsStage], album: Path
) -> None:
    stage = set_teams_stage()
    # So that all of them wait together, however fast or slow this machine is.
    with stage.teams.wire.limited_rate(), ThreadPoolExecutor(6) as agents:
        list(agents.map(lambda number: stage.submit(refund(f"{number}")), range(5001, 5001 + _MANY)))
    (posted,) = stage.teams.wait_for_cards(CHANNELS["General"])
    card = stage.card(f"{_MANY} requests wait here")
    card.expect_text("and 20 more")
    card.screenshot(album / "teams-burst.png")

    card.press("Review one by one")
    card.expect_text(f"1 of {_MANY} waiting")
    card.screenshot(album / "teams-burst-own-view.png")
    card.press("Approve")
    card.expect_text("Approved by Ann Arbor")
    card.screenshot(album / "teams-burst-approved.png")
    card.press("Next")
    card.expect_text(f"1 of {_MANY - 1} waiting")
    card.press("Reject")
    card.choose("The amount is wrong").press("Reject")
    card.expect_text("Rejected by Ann Arbor: the amount is wrong")
    card.press("Back to the list")

    card.expect_text(f"{_MANY - 2} of {_MANY} requests still wait here", "1 approved · 1 rejected")
    card.screenshot(album / "teams-burst-two-decided.png")
    (after,) = stage.teams.cards(CHANNELS["General"])
    assert after.id == posted.id, "the one card was changed, and no other posted"
    decided = [stage.agent.wait_for(f"approval.{end}").approval for end in ("approved", "rejected")]
    assert [each["decision"]["by"] for each in decided] == [["ann"], ["ann"]]
    assert len({each["id"] for each in decided}) == 2
