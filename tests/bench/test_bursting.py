"""What stands in a channel after a burst."""

from typing import Any

from bench.bursting import on_screen
from bot.chat.names import ACTIONS
from bot.domain.card import Press
from tests.fakes.slack_workspace import Message


def _card(heading: str, *buttons: Press) -> Message:
    elements = [{"type": "button", "action_id": ACTIONS[press]} for press in buttons]
    blocks: list[dict[str, Any]] = [
        {"type": "header", "text": {"type": "plain_text", "text": heading}},
        {"type": "actions", "elements": elements},
    ]
    return Message(room="C0A", ts="1.0", user="U0", text="", blocks=blocks)


def test_batch_cards_count_for_what_they_say_and_cards_for_one() -> None:
    batch = _card("100 requests wait here", Press.REVIEW)
    alone = _card("Refund 2 requests wait here", Press.APPROVE)
    over = _card("Approved by Ann", Press.DETAILS)
    assert on_screen([batch, alone, over]) == 101
