"""What stands in place of the card for one person alone."""

from dataclasses import replace
from typing import Any

from adapters.teams import rating, views
from adapters.teams.payload import Pressed
from bot.chat.names import REASON
from bot.chat.reading import CHANGED
from bot.chat.why import DISAGREE, REJECT
from bot.domain.card import Card, Press
from bot.domain.sentences import REASONS
from bot.domain.status import ReasonCode
from tests.adapters.slack.cards_of import a_card, many_arguments
from tests.adapters.teams.cards_of import (
    MARKUP,
    data_of,
    labels_of,
    refuse_what_is_not_inert,
    refuse_what_teams_refuses,
    verbs_of,
    words_of,
)
from tests.builders import opened, pressed
from tests.domain.card_reading import card_of

LONG = a_card(arguments=many_arguments(400))
GRAVE = card_of(opened(high_impact=True))
LONG_AND_GRAVE = replace(GRAVE, arguments=many_arguments(400))


def turned(press: Press, card: Card, shown: dict[str, Any]) -> dict[str, Any]:
    """The view after somebody pressed Next on the one that is shown."""
    carried = data_of(shown, labels_of(shown)[0])
    return views.turned(press, card, carried["page"], carried["read"])


def test_the_form_of_a_rejection_offers_every_reason_at_a_glance() -> None:
    form = views.why_form(REJECT, a_card())
    refuse_what_teams_refuses(form)
    reason, words = form["body"][-2:]
    assert (reason["style"], reason["isRequired"]) == ("expanded", True)
    assert [option["value"] for option in reason["choices"]] == [code.value for code in ReasonCode]
    assert [option["title"].lower() for option in reason["choices"]] == [
        sentence.lower() for sentence in REASONS.values()
    ]
    assert (words["isMultiline"], words["maxLength"]) == (True, 2000)
    assert "isRequired" not in words


def test_a_verdict_afterwards_takes_nothing_over() -> None:
    for form in (views.why_form(DISAGREE, a_card()), rating.form(a_card(), Pressed(verb="", data={}))):
        choices = next(part["choices"] for part in form["body"] if part.get("id") == REASON)
        values = [option["value"] for option in choices if option["value"]]
        assert values == [code.value for code in ReasonCode if code is not ReasonCode.TAKEN_OVER]


def test_the_form_of_a_rejection_says_what_is_rejected_and_leads_back() -> None:
    form = views.why_form(REJECT, a_card(headline="Refund 240.00 EUR to order 4892"))
    assert "Refund 240.00 EUR to order 4892" in words_of(form)
    assert verbs_of(form) == ["placet_reject_view", "placet_back"]
    assert [action["data"] for action in form["actions"]] == [{"reference": "ref"}] * 2


def test_the_way_back_asks_for_no_reason() -> None:
    reject, back = views.why_form(REJECT, a_card())["actions"]
    assert "associatedInputs" not in reject
    for action in (back, back["fallback"]):
        assert action["associatedInputs"] == "none"


def test_a_form_shown_again_keeps_what_was_written() -> None:
    form = views.why_form(REJECT, a_card(), notice="Press again.", reason="tone", words="Too *harsh*.")
    refuse_what_teams_refuses(form)
    reason, words = form["body"][-2:]
    assert (reason["value"], words["value"]) == ("tone", "Too *harsh*.")
    assert words_of(form).startswith("Press again.\n")
    assert "value" not in views.why_form(REJECT, a_card(), reason="no such reason")["body"][-2]


def test_the_longest_words_of_a_reviewer_still_make_a_card() -> None:
    form = views.why_form(REJECT, a_card(headline="字" * 900), notice="字" * 900, words="字" * 3000)
    refuse_what_teams_refuses(form)


def test_short_details_have_only_a_way_back() -> None:
    shown = views.packet(Press.DETAILS, a_card())
    refuse_what_teams_refuses(shown)
    assert verbs_of(shown) == ["placet_back"]


def test_long_details_are_turned_over_and_over() -> None:
    first = views.packet(Press.DETAILS, LONG)
    assert labels_of(first)[0].startswith("Next (2 of ")
    assert verbs_of(first)[0] == "placet_details_view"
    shown = first
    for page in range(2, 20):
        shown = turned(Press.DETAILS, LONG, shown)
        assert f"Page {page} of" in words_of(shown)
        if labels_of(shown)[0] == "First page":
            break
    assert turned(Press.DETAILS, LONG, shown) == first


def test_a_short_review_approves_on_its_only_page() -> None:
    shown = views.packet(Press.REVIEW, GRAVE)
    refuse_what_teams_refuses(shown)
    assert labels_of(shown) == ["Approve", "Back"]
    assert verbs_of(shown)[0] == "placet_review_view"
    assert data_of(shown, "Approve")["reference"] == GRAVE.reference


def test_a_long_review_approves_on_its_last_page_only() -> None:
    shown = views.packet(Press.REVIEW, LONG_AND_GRAVE)
    turns = 0
    while "placet_review_view" not in verbs_of(shown):
        assert verbs_of(shown) == ["placet_review_page", "placet_back"]
        shown = turned(Press.REVIEW, LONG_AND_GRAVE, shown)
        turns += 1
    assert turns >= 2
    assert labels_of(shown)[0] == "Approve"


def test_a_review_starts_again_when_what_was_read_has_changed() -> None:
    changed = replace(LONG_AND_GRAVE, headline="Refund 9,999.00 EUR", reference="newer")
    shown = turned(Press.REVIEW, changed, views.packet(Press.REVIEW, LONG_AND_GRAVE))
    assert words_of(shown).startswith(CHANGED)
    assert "Page 1 of" in words_of(shown)
    assert data_of(shown, "Back") == {"reference": "newer"}


def test_votes_that_come_meanwhile_do_not_send_a_reader_back() -> None:
    voted = replace(LONG_AND_GRAVE, votes=(("Ben approved",),), status=("Waiting · 1 of 2 approved",))
    assert "Page 2 of" in words_of(turned(Press.REVIEW, voted, views.packet(Press.REVIEW, LONG_AND_GRAVE)))


def test_a_review_of_what_is_over_cannot_approve() -> None:
    shown = views.packet(Press.REVIEW, card_of(pressed(opened()).request))
    assert labels_of(shown) == ["Back"]
    assert "Approved by Ann" in words_of(shown)


def test_a_page_that_does_not_exist_is_the_first() -> None:
    card = a_card()
    assert views.packet(Press.DETAILS, card, 7) == views.packet(Press.DETAILS, card)


def test_a_refusal_stands_above_the_card_with_its_buttons() -> None:
    shown = views.refusal("Ann approved this at 10:04 UTC, so your press changed nothing.", a_card())
    refuse_what_teams_refuses(shown)
    assert words_of(shown).startswith("Ann approved this at 10:04 UTC")
    assert labels_of(shown)[0] == "Approve"


def test_a_refusal_without_a_card_is_the_sentence_alone() -> None:
    shown = views.refusal(MARKUP * 30)
    refuse_what_teams_refuses(shown)
    refuse_what_is_not_inert(shown)
    assert shown["actions"] == []


def test_a_note_holds_a_sentence_what_it_is_about_and_a_way_back() -> None:
    shown = views.note("Recorded", "You approved this.", MARKUP, reference="ref")
    refuse_what_teams_refuses(shown)
    refuse_what_is_not_inert(shown)
    assert words_of(shown).startswith("Recorded\nYou approved this.\n")
    assert verbs_of(shown) == ["placet_back"]
    assert views.note("Recorded", "so " * 3000)["actions"] == []
