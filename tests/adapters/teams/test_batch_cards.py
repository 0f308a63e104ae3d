"""Batch cards as Adaptive Cards."""

from dataclasses import replace

from hypothesis import given, settings

from adapters.teams import parts
from adapters.teams.batch_cards import drawings, own_view
from adapters.teams.parts import Called
from bot.domain.batch_card import BatchCard
from bot.domain.card import Button, Card, Press
from tests.adapters.slack.cards_of import cards
from tests.adapters.teams.cards_of import (
    refuse_what_is_not_inert,
    refuse_what_teams_refuses,
    verbs_of,
    words_of,
)
from tests.domain.batches_of import batch_cards

ANN = Called(id="00000000-0000-0000-0000-0000000000a1", name="Ann")
_TURNS = tuple(Button(press=press, label=press.value) for press in (Press.PREVIOUS, Press.NEXT, Press.CLOSE))


@settings(max_examples=50)
@given(batch_cards)
def test_any_batch_card_is_one_that_teams_takes_and_decides_nothing(card: BatchCard) -> None:
    for drawn in drawings(card, [ANN] * 8):
        refuse_what_teams_refuses(drawn)
        refuse_what_is_not_inert(drawn)
        assert set(verbs_of(drawn)) == {"placet_open"}


@settings(max_examples=50)
@given(cards)
def test_any_card_fits_into_a_view_of_ones_own(card: Card) -> None:
    shown = replace(card, position="Number 3 of the 28 that wait", buttons=(*card.buttons, *_TURNS))
    drawn = own_view(shown, "Recorded.", parts.TAKEN)
    refuse_what_teams_refuses(drawn)
    refuse_what_is_not_inert(drawn)
    assert words_of(drawn).startswith("Number 3 of the 28 that wait")
    assert "Recorded." in words_of(drawn)
