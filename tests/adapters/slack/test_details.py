"""The whole packet, page by page."""

from dataclasses import replace

from hypothesis import given, settings
from hypothesis import strategies as st

from adapters.slack import details, limits, views
from adapters.slack.cards import size
from adapters.slack.metadata import Origin
from bot.chat.passages import digest
from bot.domain.card import ArgumentLine, Card, Press
from tests.adapters.slack.cards_of import a_card, cards, many_arguments, refuse_view
from tests.fakes.slack_screen import texts_of, words_of


def squeezed(text: str) -> str:
    """The text without what a layout may put between two characters."""
    for sign in ("│ ", "⏎", "–"):
        text = text.replace(sign, "")
    return "".join(text.split())


def everything(card: Card) -> str:
    """All pages, as one reads them."""
    return "".join(words_of(page) for page in details.pages(card))


@settings(max_examples=40)
@given(cards)
def test_every_argument_is_on_some_page_whole(card: Card) -> None:
    read = squeezed(everything(card))
    for line in card.arguments:
        assert squeezed(line.value) in read
        assert squeezed(line.path) in read


@settings(max_examples=40)
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


@settings(max_examples=40)
@given(cards, st.sampled_from([Press.DETAILS, Press.REVIEW]))
def test_every_page_is_a_view_that_slack_takes(card: Card, press: Press) -> None:
    for page in range(len(details.pages(card))):
        refuse_view(views.packet(press, card, Origin(reference="r"), page, notice="Changed."))


def test_an_argument_of_sixty_four_kilobytes_is_read_page_after_page() -> None:
    value = "".join(f"{number}," for number in range(12_000))
    card = a_card(arguments=(ArgumentLine(path="rows", value=value),))
    pages = details.pages(card)
    assert len(pages) > 2
    assert squeezed(value) in squeezed(everything(card))
    assert all(size(page) <= limits.PAGE_CHARACTERS for page in pages)


def test_five_thousand_arguments_are_read_page_after_page() -> None:
    card = a_card(arguments=many_arguments(5000, "v"))
    read = everything(card)
    assert all(f"item[{at}]: {at}:v" in read for at in range(5000))
    assert all(len(page) <= limits.PAGE_BLOCKS for page in details.pages(card))


def test_a_value_of_several_lines_cannot_pass_for_another_argument() -> None:
    card = a_card(arguments=(ArgumentLine(path="note", value="hello\namount: 1.00"),))
    assert "note:\n│ hello\n│ amount: 1.00" in everything(card)


def test_values_are_inert() -> None:
    card = a_card(arguments=(ArgumentLine(path="to", value="<!channel> <@U01ANN> :tada:"),))
    for page in details.pages(card):
        for text in texts_of(page):
            if "channel" in text["text"]:
                assert text["type"] == "plain_text"
                assert text["emoji"] is False
                assert "&lt;!channel&gt;" in text["text"]


def test_what_may_change_while_one_reads_comes_last() -> None:
    card = a_card()
    later = replace(card, votes=(("Ben approved",),), footer=(("Moves on",),))
    assert details.pages(later)[0][:-1] == details.pages(card)[0][:-1]


def test_the_digest_of_pages_is_that_of_their_content() -> None:
    card = a_card()
    known = digest(details.pages(card))
    assert digest(details.pages(replace(card, reference="other"))) == known
    assert digest(details.pages(replace(card, headline="Refund 9,999.00 EUR"))) != known
