"""Batch cards as Slack blocks."""

from dataclasses import replace

from hypothesis import given, settings

from adapters.slack.batch_cards import drawings, own_view
from bot.domain.batch_card import BatchCard
from bot.domain.card import Button, Card, Press
from tests.adapters.slack.cards_of import MARKUP, a_card, cards, refuse_what_slack_refuses
from tests.domain.batches_of import batch_cards
from tests.fakes.slack_screen import mentioned, words_of


@settings(max_examples=50)
@given(batch_cards)
def test_any_batch_card_is_a_message_that_slack_takes_and_decides_nothing(card: BatchCard) -> None:
    for drawn in drawings(card, ["U01ANN"] * 8):
        refuse_what_slack_refuses(drawn.blocks)
        rows = [block for block in drawn.blocks if block["type"] == "actions"]
        assert [element["action_id"] for row in rows for element in row["elements"]] == ["placet_open"]
        assert mentioned(drawn.blocks) == ["U01ANN"] * 8


@settings(max_examples=50)
@given(cards)
def test_any_card_fits_into_a_view_of_ones_own(card: Card) -> None:
    turns = tuple(
        Button(press=press, label=press.value) for press in (Press.PREVIOUS, Press.NEXT, Press.CLOSE)
    )
    shown = replace(card, position="Number 3 of the 28 that wait", buttons=(*card.buttons, *turns))
    drawn = own_view(shown, "Recorded.")
    refuse_what_slack_refuses(drawn.blocks)
    assert words_of(drawn.blocks).startswith("Recorded.\nNumber 3 of the 28 that wait")
    assert any(block["type"] == "actions" for block in drawn.blocks)


def test_a_view_of_ones_own_is_the_card_itself_under_its_position() -> None:
    drawn = own_view(a_card(position="Number 1 of the 2 that wait", headline=MARKUP))
    assert words_of(drawn.blocks).startswith("Number 1 of the 2 that wait")
    assert mentioned(drawn.blocks) == []
