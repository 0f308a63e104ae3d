"""Callbacks through a receiver that is away and a product that dies: the same words under the same id."""

from __future__ import annotations

import json
from collections.abc import Callable

from .packets import REFUND, refund
from .stage import Stage
from .waiting import wait_until


def test_a_callback_that_failed_comes_again_word_for_word(set_stage: Callable[..., Stage]) -> None:
    stage = set_stage()
    stage.agent.answer(503)
    stage.submit(refund())
    stage.window("ben").card(REFUND).press("Approve")
    stage.agent.wait_for("approval.approved")
    stage.agent.answer(200)

    wait_until(lambda: 200 in _answers(stage), why=lambda: f"a callback taken: {_answers(stage)}")

    assert _answers(stage)[0] == 503
    assert len({(callback.id, callback.body) for callback in stage.agent.callbacks()}) == 1


def test_a_receiver_that_is_away_is_told_once_it_is_back(set_stage: Callable[..., Stage]) -> None:
    stage = set_stage()
    stage.agent.down()
    stage.submit(refund())
    card = stage.window("ben").card(REFUND)
    card.press("Approve")
    card.expect_text("Approved by Ben Nevis", "not yet taken by the agent")
    wait_until(lambda: _failures(stage) > 0, why="a first try of the callback")

    stage.agent.up()

    # After half a minute of trying it comes again two minutes later.
    stage.agent.wait_for("approval.approved", timeout_s=180)
    assert len(stage.agent.callbacks()) == 1


def test_a_product_killed_right_after_a_press_still_tells_the_agent(set_stage: Callable[..., Stage]) -> None:
    stage = set_stage()
    stage.agent.hang()
    asked = stage.submit(refund())
    card = stage.window("ann").card(REFUND)
    (as_it_was,) = stage.wait_for_cards("support")

    stage.press_unseen(as_it_was, "support", "ben", "Approve")
    stage.placet.kill()
    stage.agent.down()
    stage.agent.answer(200)
    stage.agent.up()
    stage.placet.start()

    # What was under way at the kill comes again when its lease of a minute is over.
    wait_until(
        lambda: 200 in _answers(stage), why=lambda: f"a callback taken: {_answers(stage)}", timeout_s=120
    )
    assert len({(callback.id, callback.body) for callback in stage.agent.callbacks()}) == 1
    card.expect_text("Approved by Ben Nevis")
    assert [vote["person"] for vote in stage.state(asked)["votes"]] == ["ben"]


def _answers(stage: Stage) -> list[int | None]:
    """What every try of a callback was answered with."""
    return [each.status for each in stage.agent.callbacks()]


def _failures(stage: Stage) -> int:
    """Return how often the only callback was tried in vain."""
    (callback,) = json.loads(stage.placet.run("callbacks", "list", "--json"))
    found: int = callback["attempts"]
    return found
