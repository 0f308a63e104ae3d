"""Presses that change nothing: their makers are told, privately, and nobody else notices."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from .packets import REFUND, refund
from .stage import Stage


def test_a_late_press_is_told_who_was_first_to_the_presser_alone(set_stage: Callable[..., Stage]) -> None:
    stage = set_stage()
    asked = stage.submit(refund())
    ann, ben = stage.window("ann"), stage.window("ben")
    card = ben.card(REFUND)
    (as_it_was,) = stage.wait_for_cards("support")
    card.press("Approve")
    card.expect_text("Approved by Ben Nevis")
    stage.agent.wait_for("approval.approved")

    stage.press_unseen(as_it_was, "support", "ann", "Approve")

    ann.private("Ben Nevis approved this at")
    assert stage.slack.private_messages("support", "ben") == []
    state = stage.state(asked)
    assert [vote["person"] for vote in state["votes"]] == ["ben"]
    assert len(stage.agent.callbacks("approval.approved")) == 1


@pytest.mark.parametrize(
    ("person", "told"),
    [
        ("stranger", "not linked to a reviewer, so nothing was recorded"),
        ("cat", "You answer for this agent"),
    ],
)
def test_who_may_not_decide_is_told_so_and_nothing_is_recorded(
    person: str, told: str, set_stage: Callable[..., Stage]
) -> None:
    stage = set_stage()
    asked = stage.submit(refund())
    window = stage.window(person)
    card = window.card(REFUND)

    card.press("Approve")

    window.private(told)
    card.expect_text("Waiting for a decision")
    state = stage.state(asked)
    assert (state["status"], state["votes"], state["revision"]) == ("pending", [], asked["revision"])
    assert len(stage.slack.messages("support")) == 2
    assert stage.agent.callbacks() == []
