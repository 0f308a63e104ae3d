"""What reviewers do beside deciding, in Slack's own web client: from More… to the card and the agent."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from playwright.sync_api import ViewportSize

from bot.domain import more

from .packets import REFUND, refund
from .slack_desk import Window
from .slack_screen import Modal
from .stage import Stage

_NARROW = ViewportSize(width=960, height=1300)
_WORDS = f"{more.WORDS}. {more.WORDS_HINT}"


def test_a_case_is_looked_into_asked_about_and_handed_over(
    set_stage: Callable[..., Stage], album: Path
) -> None:
    stage = set_stage(viewport=_NARROW)
    asked = stage.submit(refund())
    ann, ben = stage.window("ann"), stage.window("ben")

    form = _more(ann)
    form.screenshot(album / "slack-more-modal.png")
    form.choose(more.WHAT, "I am looking into it").submit()
    form.expect_text("You look into it; reminders rest until")
    form.close()
    ben.card(REFUND).expect_text("is looking into it")

    form = _more(ann)
    form.choose(more.WHAT, "Ask the agent").submit()
    form.expect_error(more.WRITE)
    form.fill(_WORDS, "Was it <!channel> paid twice?").submit()
    form.expect_text("Asked support-bot")
    form.close()
    question = stage.agent.wait_for("approval.question")
    assert question.approval["id"] == asked["id"]
    ben.card(REFUND).expect_text("no answer yet", "Was it <!channel> paid twice?")
    stage.do(asked, "messages", text="No, once.", reply_to="q1")
    ben.card(REFUND).expect_text("answered", "No, once.")
    ben.card(REFUND).screenshot(album / "slack-answered.png")
    ben.card(REFUND).thread_reply("“No, once.”")
    ben.screenshot(album / "slack-answered-thread.png")

    form = _more(ann)
    form.choose(more.WHAT, "Hand over to somebody else").choose(more.PERSON, "Ben Nevis").submit()
    form.expect_text("Handed over to Ben Nevis, who is told.")
    form.close()
    ann.card(REFUND).expect_text("Ben Nevis is looking into it, handed over by")


def test_who_looks_into_it_and_does_nothing_more_does_not_hold_it(
    set_stage: Callable[..., Stage], album: Path
) -> None:
    stage = set_stage(viewport=_NARROW, claim_idle="20s")
    asked = stage.submit(refund())
    ann, card = stage.window("ann"), stage.window("ben").card(REFUND)

    form = _more(ann)
    form.choose(more.WHAT, "I am looking into it").submit()
    card.expect_text("Waiting for a decision · Ann Arbor is looking into it")
    assert stage.state(asked)["queue"]["held_by"] == "ann"
    card.screenshot(album / "slack-claimed.png")

    card.expect_no_text("is looking into it")
    assert stage.state(asked)["queue"]["held_by"] is None
    assert stage.agent.callbacks() == []


def _more(window: Window) -> Modal:
    window.card(REFUND).press("More…")
    modal = window.modal("More")
    modal.expect_text(more.WHAT)
    return modal
