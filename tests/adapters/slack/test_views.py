"""What opens for one person alone."""

from dataclasses import replace

from adapters.slack import metadata, rating, views
from adapters.slack.metadata import Origin
from bot.chat.names import REASON
from bot.chat.reading import CHANGED
from bot.chat.why import DISAGREE, REJECT
from bot.domain.card import Press
from bot.domain.sentences import REASONS
from bot.domain.status import ReasonCode
from tests.adapters.slack.cards_of import a_card, many_arguments, refuse_view
from tests.builders import opened, pressed
from tests.domain.card_reading import card_of
from tests.fakes.slack_screen import words_of

ORIGIN = Origin(reference="ref", channel="C0SUPPORT", message="1772445600.000001")
LONG = a_card(arguments=many_arguments(400))


def test_the_form_of_a_rejection_offers_every_reason_at_a_glance() -> None:
    view = views.why(REJECT, ORIGIN)
    refuse_view(view)
    reason, words = view["blocks"]
    assert reason["element"]["type"] == "radio_buttons"
    assert [option["value"] for option in reason["element"]["options"]] == [code.value for code in ReasonCode]
    assert [option["text"]["text"].lower() for option in reason["element"]["options"]] == [
        sentence.lower() for sentence in REASONS.values()
    ]
    assert words["optional"]
    assert words["element"]["multiline"]
    assert metadata.read(view["private_metadata"]) == ORIGIN


def test_a_verdict_afterwards_takes_nothing_over() -> None:
    for view in (views.why(DISAGREE, ORIGIN), rating.view(ORIGIN)):
        choice = next(block for block in view["blocks"] if block["block_id"] == REASON)
        values = [option["value"] for option in choice["element"]["options"]]
        assert values == [code.value for code in ReasonCode if code is not ReasonCode.TAKEN_OVER]


def test_short_details_have_no_submit_button() -> None:
    view = views.packet(Press.DETAILS, a_card(), ORIGIN, 0)
    refuse_view(view)
    assert "submit" not in view
    assert view["callback_id"] == "placet_details_view"


def test_long_details_are_turned_over_and_over() -> None:
    first = views.packet(Press.DETAILS, LONG, ORIGIN, 0)
    assert first["submit"]["text"].startswith("Next (2 of ")
    shown = metadata.read(first["private_metadata"])
    second = views.turned(Press.DETAILS, LONG, shown)
    assert "Page 2 of" in words_of(second["blocks"])
    last = first
    for _ in range(10):
        shown = metadata.read(last["private_metadata"])
        last = views.turned(Press.DETAILS, LONG, shown)
        refuse_view(last)
        if last["submit"]["text"] == "First page":
            break
    again = views.turned(Press.DETAILS, LONG, metadata.read(last["private_metadata"]))
    assert again == first


def test_a_short_review_approves_on_its_only_page() -> None:
    card = card_of(opened(high_impact=True))
    view = views.packet(Press.REVIEW, card, ORIGIN, 0)
    refuse_view(view)
    assert (view["submit"]["text"], view["callback_id"]) == ("Approve", "placet_review_view")
    assert metadata.read(view["private_metadata"]).reference == card.reference


def test_a_long_review_approves_on_its_last_page_only() -> None:
    card = replace(card_of(opened(high_impact=True)), arguments=many_arguments(400))
    view = views.packet(Press.REVIEW, card, ORIGIN, 0)
    labels = []
    while view["callback_id"] != "placet_review_view":
        assert view["callback_id"] == "placet_review_page"
        labels.append(view["submit"]["text"])
        view = views.turned(Press.REVIEW, card, metadata.read(view["private_metadata"]))
    assert len(labels) >= 2
    assert view["submit"]["text"] == "Approve"


def test_a_review_starts_again_when_what_was_read_has_changed() -> None:
    card = replace(card_of(opened(high_impact=True)), arguments=many_arguments(400))
    first = views.packet(Press.REVIEW, card, ORIGIN, 0)
    changed = replace(card, headline="Refund 9,999.00 EUR", reference="newer")
    view = views.turned(Press.REVIEW, changed, metadata.read(first["private_metadata"]))
    words = words_of(view["blocks"])
    assert CHANGED in words
    assert "Page 1 of" in words
    assert metadata.read(view["private_metadata"]).reference == "newer"


def test_votes_that_come_meanwhile_do_not_send_a_reader_back() -> None:
    card = replace(card_of(opened(high_impact=True)), arguments=many_arguments(400))
    first = views.packet(Press.REVIEW, card, ORIGIN, 0)
    voted = replace(card, votes=(("Ben approved",),), status=("Waiting · 1 of 2 approved",))
    view = views.turned(Press.REVIEW, voted, metadata.read(first["private_metadata"]))
    assert "Page 2 of" in words_of(view["blocks"])


def test_a_review_of_what_is_over_cannot_approve() -> None:
    card = card_of(pressed(opened()).request)
    view = views.packet(Press.REVIEW, card, ORIGIN, 0)
    assert "submit" not in view
    assert "Approved by Ann" in words_of(view["blocks"])


def test_a_loading_view_asks_for_nothing() -> None:
    for press in (Press.DETAILS, Press.REVIEW):
        refuse_view(views.loading(press, ORIGIN))
        assert "submit" not in views.loading(press, ORIGIN)


def test_a_note_holds_the_longest_sentence() -> None:
    refuse_view(views.note("Reject", "so " * 3000, "what " * 3000))
