"""What people say in Slack: to the bot, and in the thread of a card."""

from __future__ import annotations

from collections.abc import Callable

from .packets import REFUND, refund
from .stage import Stage


def test_a_reply_in_the_thread_stands_in_details(set_stage: Callable[..., Stage]) -> None:
    stage = set_stage()
    stage.submit(refund())
    card = stage.window("ann").card(REFUND)

    card.reply("The customer was charged twice, I checked")
    card.thread_reply("I checked")
    ben = stage.window("ben")
    ben.card(REFUND).press("Details")

    ben.modal("Details").expect_text(
        "Said about it", "Ann Arbor", "The customer was charged twice, I checked"
    )


def test_help_is_for_the_one_who_asked(set_stage: Callable[..., Stage]) -> None:
    stage = set_stage()
    ann = stage.window("ann")

    ann.mention("help")

    ann.private("You can say to me")
