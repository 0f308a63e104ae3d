"""What a card shows in its message, and what it says is left out."""

from dataclasses import replace
from typing import Any

from bot.chat.room import rooms_for
from bot.chat.selection import Selection
from bot.domain.card import Card, LabelledValue, Quotation, Tone
from tests.builders import opened
from tests.domain.card_reading import card_of


def cut(text: str, limit: int) -> str:
    """By characters."""
    return text if len(text) <= limit else text[: limit - 1] + "…"


def of(card: Card) -> Selection:
    """The roomiest."""
    return Selection(card=card, room=rooms_for(card)[0], cut=cut)


def bare(**changes: Any) -> Card:
    """A waiting card with nothing to leave out."""
    card = replace(card_of(opened()), quotations=(), arguments=(), facts=(), effects=(), footer=(), votes=())
    card = replace(card, evidence=(), conversation=(), warnings=(), why_here="")
    return replace(card, **changes)


def test_a_card_that_fits_says_nothing_about_details() -> None:
    selection = of(bare(facts=(LabelledValue(label="Amount", value="240.00 EUR"),)))
    assert [fact.label for fact in selection.facts()] == ["Amount"]
    assert selection.left_out(300) == ""


def test_what_was_cut_or_counted_is_named_once() -> None:
    facts = tuple(LabelledValue(label="Note", value="x" * 200) for _ in range(9))
    selection = of(bare(facts=facts))
    assert len(selection.facts()) == 6
    assert selection.left_out(300) == "More in Details: Note, all 9 facts"


def test_evidence_and_conversation_are_in_details_alone() -> None:
    said = tuple(Quotation(heading="Customer", text="Hello", from_agent=True) for _ in range(3))
    assert of(bare(conversation=said)).left_out(300) == "More in Details: 3 lines of conversation"


def test_what_was_said_about_the_request_comes_before_the_agents_reasons() -> None:
    reasoning = Quotation(heading="Reasoning", text="Because.", from_agent=True)
    reason = Quotation(heading="Ann’s reason", text="No.", from_agent=False, on_record=True)
    shown = of(bare(quotations=(reasoning, reason))).quotations()
    assert [(each.heading, each.note) for each in shown] == [
        ("Ann’s reason", ""),
        ("Reasoning", "in the agent’s words"),
    ]


def test_what_is_left_out_is_named_amid_the_sentence_and_people_by_their_names() -> None:
    left = ("Tried so far", "Ann asked support-bot")
    said = tuple(Quotation(heading=each, text="…") for each in ("Reasoning", "Recommendation", *left))
    selection = of(bare(quotations=said))
    assert [each.heading for each in selection.quotations()] == ["Reasoning", "Recommendation"]
    assert selection.left_out(300) == "More in Details: tried so far, Ann asked support-bot"


def test_the_beginning_of_a_long_text_says_that_there_is_more() -> None:
    selection = of(bare(quotations=(Quotation(heading="Reasoning", text="a\nb\nc\nd\ne"),)))
    assert [each.text for each in selection.quotations()] == ["a\nb\nc\nd …"]
    assert selection.left_out(300) == "More in Details: the whole of “Reasoning”"


def test_what_is_over_is_a_record_that_points_to_details() -> None:
    selection = of(replace(bare(), tone=Tone.APPROVED))
    assert selection.left_out(300) == "The whole request is in Details."


def test_the_last_note_says_which_request_this_is_and_is_never_left_out() -> None:
    selection = of(bare(footer=tuple((f"note {number}",) for number in range(9))))
    assert [line[0] for line in selection.footer()] == [*(f"note {number}" for number in range(5)), "note 8"]
    assert selection.left_out(300) == "More in Details: all 9 notes"
