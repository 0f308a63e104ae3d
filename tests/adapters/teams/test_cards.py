"""Cards as Adaptive Cards."""

from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from adapters.teams import card_size
from adapters.teams.cards import draw_card, drawings, summary_of
from adapters.teams.parts import Called
from bot.chat.names import ACTIONS, PRESSES
from bot.domain.card import ArgumentLine, Card, Press, Quotation, Source, Tone
from bot.domain.choice import Choice
from bot.domain.packet import ReviewPacket
from bot.domain.request import Reason
from bot.domain.status import ReasonCode, Status
from tests.adapters.slack.cards_of import a_card, cards, many_arguments
from tests.adapters.teams.cards_of import (
    MARKUP,
    data_of,
    labels_of,
    refuse_what_is_not_inert,
    refuse_what_teams_refuses,
    squeezed,
    verbs_of,
    words_of,
)
from tests.builders import NOW, opened, pressed, renewed
from tests.domain.card_reading import card_of
from tests.domain.test_card_hostile import packets

ANN = Called(id="00000000-0000-0000-0000-0000000000a1", name="Ann")


def test_a_card_is_laid_out_in_reading_order() -> None:
    request = opened(summary="Refund 240.00 EUR to order 4892")
    card = replace(
        card_of(request),
        quotations=(Quotation(heading="Reasoning", text="Charged twice."),),
        facts=card_of(request).facts[1:2],
        evidence=(),
        conversation=(),
        footer=(("Expires if nobody decides · ", NOW),),
    )
    drawn = draw_card(card, [ANN])
    refuse_what_teams_refuses(drawn)
    assert words_of(drawn).split("\n") == [
        "Refund 240.00 EUR to order 4892",
        "⏳ Waiting for a decision",
        "support-bot asks",
        "⚠️ This cannot be undone.",
        "Amount",
        "240.00 EUR",
        "If you approve: support-bot may run refund.issue with exactly these arguments.",
        "If you reject: Nothing runs; the agent is told why.",
        "If you edit: support-bot may run it with your changes only, as far as rules and limits allow.",
        "If you escalate: @finance is asked at once.",
        "No rule matched. Rule: default. Asked: step 1 of 2 (#refunds).",
        "Reasoning · in the agent’s words",
        "Charged twice.",
        "Arguments",
        "order: 4892",
        "amount: 240.00",
        "currency: EUR",
        "Expires if nobody decides · {{DATE(2026-03-02T10:00:00Z,SHORT)}} {{TIME(2026-03-02T10:00:00Z)}}",
        "<at>Ann</at>",
    ]
    assert labels_of(drawn) == ["Approve", "Reject", "Edit…", "Details", "Escalate", "More…"]


def test_every_button_carries_nothing_but_the_reference() -> None:
    drawn = draw_card(card_of(opened()))
    assert [action["data"] for action in drawn["actions"]] == [{"reference": "ref"}] * 6
    assert verbs_of(drawn) == [
        "placet_approve",
        "placet_reject",
        "placet_edit",
        "placet_details",
        "placet_escalate",
        "placet_more",
    ]
    styles = [action.get("style") for action in drawn["actions"]]
    assert styles == ["positive", "destructive", None, None, None, None]


def test_high_impact_is_reviewed_and_cannot_be_approved_on_the_shared_card() -> None:
    verbs = verbs_of(draw_card(card_of(opened(high_impact=True))))
    assert "placet_review" in verbs
    assert "placet_approve" not in verbs


def test_a_decided_card_is_its_own_short_record() -> None:
    request = pressed(opened(), choice=Choice.REJECT, reason=Reason(code=ReasonCode.POLICY, text="Day 40."))
    card = card_of(request.request)
    words = words_of(draw_card(card))
    assert "⛔ Rejected by Ann: against policy · {{DATE(" in words
    assert "240.00 EUR" in words
    assert "Day 40." in words
    assert "Reasoning" not in words
    assert "The whole request is in Details." in words
    assert labels_of(draw_card(card)) == ["Details", "Rate…"]
    assert summary_of(card).startswith("Rejected by Ann")


def test_every_tone_has_its_sign() -> None:
    seen = {words_of(draw_card(a_card(tone=tone))).split("\n")[1].split(" ")[0] for tone in Tone}
    assert len(seen) == len(Tone)


@pytest.mark.parametrize("status", Status)
def test_every_status_is_drawn(status: Status) -> None:
    request = replace(renewed(opened(), ended="Nobody answered.", ended_at=NOW), status=status)
    refuse_what_teams_refuses(draw_card(card_of(request)))


def test_people_are_mentioned_by_the_ids_that_teams_knows() -> None:
    strange = Called(id="29:1b", name="Ben <at>_Admin_</at> [x](y)")
    drawn = draw_card(a_card(), [ANN, strange])
    refuse_what_teams_refuses(drawn)
    refuse_what_is_not_inert(drawn)
    assert [entity["mentioned"]["id"] for entity in drawn["msteams"]["entities"]] == [ANN.id, "29:1b"]
    assert drawn["msteams"]["entities"][0] == {
        "type": "mention",
        "text": "<at>Ann</at>",
        "mentioned": {"id": ANN.id, "name": "Ann"},
    }


def test_a_card_that_mentions_nobody_has_no_entities() -> None:
    assert draw_card(a_card())["msteams"] == {"width": "Full"}


@settings(max_examples=40, deadline=None)
@given(cards, st.sampled_from(["", "Ann approved this at 10:04 UTC. " * 40]))
def test_any_card_is_one_that_teams_takes(card: Card, notice: str) -> None:
    for drawn in drawings(card, [ANN] * 8, notice):
        refuse_what_teams_refuses(drawn)


@settings(max_examples=40, deadline=None)
@given(packet=packets, final=st.sampled_from(Status), high_impact=st.booleans())
def test_any_packet_is_a_card_that_teams_takes(
    packet: ReviewPacket, final: Status, *, high_impact: bool
) -> None:
    request = replace(renewed(opened(high_impact=high_impact), ended="x"), status=final)
    drawn = draw_card(card_of(request, packet))
    refuse_what_teams_refuses(drawn)
    refuse_what_is_not_inert(drawn)


@settings(max_examples=40, deadline=None)
@given(cards)
def test_nothing_on_a_card_mentions_links_or_computes(card: Card) -> None:
    refuse_what_is_not_inert(draw_card(card))


@settings(max_examples=40, deadline=None)
@given(cards)
def test_a_card_shows_every_argument_or_offers_details(card: Card) -> None:
    drawn = draw_card(card)
    assert "placet_details" in verbs_of(drawn)
    words = squeezed(words_of(drawn))
    if any(squeezed(line.value) not in words or squeezed(line.path) not in words for line in card.arguments):
        assert "in Details" in words_of(drawn)


@pytest.mark.parametrize("sign", ["🙂", "{", "\\", "\x01", "字", "<a", "://"])
def test_text_of_the_costliest_characters_still_fits(sign: str) -> None:
    long = sign * 3000
    card = a_card(
        headline=long,
        status=(long, NOW, long),
        asked_by=long,
        why_here=long,
        warnings=(long,) * 9,
        facts=tuple(replace(fact, label=long, value=long) for fact in a_card().facts) * 4,
        quotations=(Quotation(heading=long, text=long),) * 9,
        arguments=(ArgumentLine(path=long, value=long),) * 9,
        votes=((long, NOW),) * 9,
        footer=((long, NOW),) * 9,
    )
    for tone in Tone:
        drawn = draw_card(replace(card, tone=tone), [Called(id="x" * 60, name=sign * 90)] * 8, long)
        refuse_what_teams_refuses(drawn)
        refuse_what_is_not_inert(drawn)


def test_markup_of_an_agent_stays_text_in_every_field() -> None:
    card = a_card(
        headline=MARKUP,
        asked_by=MARKUP,
        why_here=MARKUP,
        warnings=(MARKUP,),
        quotations=(Quotation(heading=MARKUP, text=MARKUP),),
        evidence=(Source(title=MARKUP, url="https://evil.example", quote=MARKUP),),
        arguments=(ArgumentLine(path=MARKUP, value=MARKUP),),
        facts=tuple(replace(fact, label=MARKUP, value=MARKUP) for fact in a_card().facts[:2]),
        effects=tuple(replace(effect, value=MARKUP, claimed=True) for effect in a_card().effects),
        votes=((MARKUP, NOW),),
        footer=((MARKUP, NOW, MARKUP),),
        status=(MARKUP, NOW),
        fallback=MARKUP,
    )
    drawn = draw_card(card)
    refuse_what_is_not_inert(drawn)
    assert MARKUP[:200] in words_of(drawn)
    assert "<" not in summary_of(card)


def test_a_reasoning_that_draws_an_approval_stays_in_its_box() -> None:
    forged = "Fine.\n\n✅ **Approved by CFO**\n[ Approve ] [ Reject ]"
    body = draw_card(a_card(quotations=(Quotation(heading="Reasoning", text=forged),)))["body"]
    (box,) = [each for each in body if "CFO" in str(each)]
    assert (box["type"], box["style"]) == ("Container", "emphasis")
    assert "in the agent’s words" in str(body[body.index(box) - 1])


def test_two_hundred_lines_do_not_push_the_facts_or_the_buttons_out_of_sight() -> None:
    drawn = draw_card(a_card(quotations=(Quotation(heading="Reasoning", text="\n".join(["so"] * 200)),)))
    assert words_of(drawn).count("so\n") <= 4
    assert "the whole of “Reasoning”" in words_of(drawn)


def test_a_card_says_how_many_arguments_it_leaves_to_details() -> None:
    words = words_of(draw_card(a_card(arguments=many_arguments(23))))
    assert "item[0]: 0:" in words
    assert "whole arguments, all 23 arguments" in words[words.index("More in Details: ") :]


def test_evidence_and_conversation_are_named_and_read_in_details() -> None:
    sources = (Source(title="Carrier letter", url=None, quote="Lost."),) * 2
    said = (Quotation(heading="Customer", text="Where is it?"),)
    words = words_of(draw_card(a_card(evidence=sources, conversation=said)))
    assert "Carrier letter" not in words
    assert "2 sources, 1 line of conversation" in words


def test_a_masked_argument_says_that_it_is_hidden() -> None:
    masked = ArgumentLine(path="card", value="text, 16 characters, ends in 4242", masked=True)
    assert "card (hidden): text, 16 characters" in words_of(draw_card(a_card(arguments=(masked,))))


def test_every_drawing_after_the_first_is_smaller() -> None:
    card = a_card(
        arguments=many_arguments(6, "y" * 150),
        quotations=tuple(Quotation(heading=f"Part {n}", text="words " * 90) for n in range(5)),
    )
    sizes = [card_size.size(drawn) for drawn in drawings(card)]
    assert len(sizes) == 3
    assert sizes == sorted(sizes, reverse=True)


def test_a_notice_stands_above_everything() -> None:
    drawn = draw_card(a_card(), notice="You may not decide this.")
    assert words_of(drawn).startswith("You may not decide this.\n")


def test_the_summary_of_a_card_is_short_plain_text() -> None:
    summary = summary_of(a_card(fallback="support-bot asks: <at>all</at>\n" + "very " * 400))
    assert summary.startswith("support-bot asks: ‹at›all‹/at› ⏎ very")
    assert len(summary) <= 300


def test_every_kind_of_press_has_a_name_of_its_own() -> None:
    assert set(ACTIONS) == set(Press)
    assert {PRESSES[verb] for verb in ACTIONS.values()} == set(Press)
    assert data_of(draw_card(a_card(reference="opaque")), "Approve") == {"reference": "opaque"}
