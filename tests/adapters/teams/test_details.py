"""The whole packet, page by page."""

from dataclasses import replace

from hypothesis import given, settings
from hypothesis import strategies as st

from adapters.teams import blocks, details, views
from bot.chat.passages import digest
from bot.domain.card import ArgumentLine, Card, Press
from bot.domain.packet import ReviewPacket
from tests.adapters.slack.cards_of import a_card, cards, many_arguments
from tests.adapters.teams.cards_of import (
    MARKUP,
    refuse_what_is_not_inert,
    refuse_what_teams_refuses,
    squeezed,
    words_of,
)
from tests.builders import opened
from tests.domain.card_reading import card_of
from tests.domain.test_card_hostile import packets


def everything(card: Card) -> str:
    """All pages, as one reads them."""
    return "\n".join(words_of(blocks.card(page)) for page in details.pages(card))


@settings(max_examples=40, deadline=None)
@given(cards)
def test_every_argument_is_on_some_page_whole(card: Card) -> None:
    read = squeezed(everything(card))
    for line in card.arguments:
        assert squeezed(line.value) in read
        assert squeezed(line.path) in read


@settings(max_examples=40, deadline=None)
@given(cards)
def test_nothing_else_is_left_out_either(card: Card) -> None:
    read = squeezed(everything(card))
    for quotation in (*card.quotations, *card.conversation):
        assert squeezed(quotation.text) in read
    for fact in (*card.facts, *card.effects):
        assert squeezed(fact.value) in read
    for text in (card.headline, card.why_here, *card.warnings):
        assert squeezed(text) in read
    for item in card.evidence:
        for part in (item.title, item.url or "", item.quote or ""):
            assert squeezed(part) in read


@settings(max_examples=20, deadline=None)
@given(cards, st.sampled_from([Press.DETAILS, Press.REVIEW]))
def test_every_page_is_a_card_that_teams_takes(card: Card, press: Press) -> None:
    long = replace(card, status=("字" * 400,))
    for page in range(len(details.pages(long))):
        drawn = views.packet(press, long, page, notice="Changed. " * 90)
        refuse_what_teams_refuses(drawn)
        refuse_what_is_not_inert(drawn)


@settings(max_examples=30, deadline=None)
@given(packets)
def test_pages_of_any_packet_show_every_argument(packet: ReviewPacket) -> None:
    card = card_of(opened(), packet)
    read = squeezed(everything(card))
    assert all(squeezed(line.path) in read and squeezed(line.value) in read for line in card.arguments)


def test_an_argument_of_sixty_four_kilobytes_is_read_page_after_page() -> None:
    value = "".join(f"{number}," for number in range(12_000))
    card = a_card(arguments=(ArgumentLine(path="rows", value=value),))
    assert len(details.pages(card)) > 2
    assert squeezed(value) in squeezed(everything(card))


def test_five_thousand_arguments_are_read_page_after_page() -> None:
    card = a_card(arguments=many_arguments(5000, "v"))
    read = everything(card)
    assert all(f"item[{at}]: {at}:v" in read for at in range(5000))
    assert len(details.pages(card)) < 12


def test_a_value_of_several_lines_cannot_pass_for_another_argument() -> None:
    card = a_card(arguments=(ArgumentLine(path="note", value="hello\namount: 1.00"),))
    assert "note:\n│ hello\n│ amount: 1.00" in everything(card)


def test_words_of_others_are_inert() -> None:
    card = a_card(arguments=(ArgumentLine(path="to", value=MARKUP),), headline=MARKUP, warnings=(MARKUP,))
    assert MARKUP.strip() in everything(card)
    for page in details.pages(card):
        refuse_what_is_not_inert(blocks.card(page))


def test_no_page_ends_with_a_heading() -> None:
    for count in range(150, 250):
        for page in details.pages(a_card(arguments=many_arguments(count))):
            assert not details.is_heading(page[-1])


def test_what_may_change_while_one_reads_comes_last() -> None:
    card = a_card()
    later = replace(card, votes=(("Ben approved",),), footer=(("Moves on",),))
    fixed = len(details.pages(replace(card, votes=(), footer=()))[0])
    assert details.pages(later)[0][:fixed] == details.pages(card)[0][:fixed]


def test_the_digest_of_pages_is_that_of_their_content() -> None:
    card = a_card()
    known = digest(details.pages(card))
    assert digest(details.pages(replace(card, reference="other"))) == known
    assert digest(details.pages(replace(card, headline="Refund 9,999.00 EUR"))) != known
