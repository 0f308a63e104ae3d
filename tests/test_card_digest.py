"""The digest of what a copy showed."""

from dataclasses import replace

from bot.card_digest import card_digest
from bot.ports import Stored
from tests.builders import a_packet, a_request
from tests.fakes.workshop import draw

CARD = draw(Stored(request=a_request(), packet=a_packet()))


def test_equal_cards_have_equal_digests() -> None:
    assert card_digest(CARD) == card_digest(replace(CARD, footer=tuple(CARD.footer)))


def test_every_word_counts() -> None:
    assert card_digest(CARD) != card_digest(replace(CARD, headline=CARD.headline + "."))
    assert card_digest(CARD) != card_digest(replace(CARD, arguments=CARD.arguments[:-1]))
    assert card_digest(CARD) != card_digest(replace(CARD, version=CARD.version + 1))


def test_the_opaque_reference_of_its_buttons_does_not_count() -> None:
    assert card_digest(CARD) == card_digest(replace(CARD, reference="another"))
