"""What people say in Slack: to the bot, and in the thread of a card."""

from __future__ import annotations

from collections.abc import Callable

from .packets import REFUND, refund
from .slack_desk import Window
from .stage import Stage
from .waiting import wait_until


def test_a_reply_in_the_thread_stands_in_details(set_stage: Callable[..., Stage]) -> None:
    stage = set_stage()
    stage.submit(refund())
    card = stage.window("ann").card(REFUND)

    card.reply("The customer was charged twice, I checked")
    card.thread_reply("I checked")

    # The product may hear of it later than people see it.
    wait_until(lambda: _stands_in_details(stage.window("ben")), why="Ann's words in the details")


def _stands_in_details(window: Window) -> bool:
    window.card(REFUND).press("Details")
    details = window.modal("Details")
    details.expect_text(REFUND)
    told = details.text()
    details.close()
    window.expect_no_modal()
    return all(
        words in told for words in ("Said about it", "Ann Arbor", "The customer was charged twice, I checked")
    )


def test_help_is_for_the_one_who_asked(set_stage: Callable[..., Stage]) -> None:
    stage = set_stage()
    ann = stage.window("ann")

    ann.mention("help")

    ann.private("You can say to me")
