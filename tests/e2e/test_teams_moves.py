"""What reviewers do beside deciding, in Microsoft's own client: from More… to the card and the agent."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from bot.domain import more

from .packets import REFUND, refund
from .teams_stage import TeamsStage

_WORDS = f"{more.WORDS}. {more.WORDS_HINT}"


def test_a_case_is_looked_into_and_asked_about(
    set_teams_stage: Callable[..., TeamsStage], album: Path
) -> None:
    stage = set_teams_stage()
    asked = stage.submit(refund())
    card = stage.card(REFUND)

    card.press("More…")
    card.expect_text(more.WHAT, "Ask the agent")
    card.screenshot(album / "teams-more-form.png")
    card.choose("I am looking into it")
    card.press(more.SEND)
    card.expect_text("Ann Arbor is looking into it")

    card.press("More…")
    card.choose("Ask the agent").fill(_WORDS, "Was it paid twice?")
    card.press(more.SEND)
    card.expect_text("no answer yet", "Was it paid twice?")
    question = stage.agent.wait_for("approval.question")
    assert question.approval["id"] == asked["id"]
    assert question.approval["questions"][0]["text"] == "Was it paid twice?"
    stage.do(asked, "messages", text="No, once.", reply_to="q1")
    card.expect_text("answered Ann Arbor", "No, once.")
    card.screenshot(album / "teams-answered.png")
