"""Cards as Slack blocks."""

from dataclasses import replace

from hypothesis import given, settings
from hypothesis import strategies as st

from adapters.slack import cards as slack_cards
from adapters.slack.cards import draw, drawings
from bot.domain.card import ArgumentLine, Card, Press, Quotation, Source, Tone
from bot.domain.choice import Choice
from bot.domain.packet import ReviewPacket
from bot.domain.request import Reason
from bot.domain.status import ReasonCode, Status
from tests.adapters.slack.cards_of import MARKUP, a_card, cards, many_arguments, refuse_what_slack_refuses
from tests.builders import NOW, opened, pressed, renewed
from tests.domain.card_reading import card_of
from tests.domain.test_card_hostile import packets
from tests.fakes.slack_reading import read
from tests.fakes.slack_screen import mentioned, texts_of, words_of


def test_a_card_is_laid_out_in_reading_order() -> None:
    request = opened(summary="Refund 240.00 EUR to order 4892")
    card = replace(
        card_of(request),
        effects=(),
        facts=card_of(request).facts[1:2],
        quotations=(Quotation(heading="Reasoning", text="Charged twice."),),
        evidence=(),
        conversation=(),
        footer=(("Asked · ", NOW),),
        reference="opaque",
    )
    plain = {"type": "plain_text", "emoji": False}
    markup = {"type": "mrkdwn", "verbatim": True}
    button = {"type": "button", "value": "opaque"}
    assert list(draw(card, ["U01ANN"]).blocks) == [
        {
            "type": "header",
            "block_id": f"card:{request.id}",
            "text": {**plain, "text": "Refund 240.00 EUR to order 4892"},
        },
        {"type": "section", "text": {**markup, "text": "⏳ Waiting for a decision"}},
        {"type": "context", "elements": [{**plain, "text": "support-bot asks"}]},
        {"type": "section", "text": {**plain, "text": "⚠️ This cannot be undone."}},
        {"type": "section", "fields": [{**markup, "text": "*Amount*\n240.00 EUR"}]},
        {
            "type": "context",
            "elements": [{**plain, "text": "No rule matched. Rule: default. Asked: step 1 of 2 (#refunds)."}],
        },
        {"type": "section", "text": {**markup, "text": "*Reasoning* · _in the agent’s words_"}},
        {"type": "section", "text": {**plain, "text": "│ Charged twice."}},
        {"type": "section", "text": {**markup, "text": "*Arguments*"}},
        {"type": "section", "text": {**plain, "text": "order: 4892\namount: 240.00\ncurrency: EUR"}},
        {"type": "section", "text": {**markup, "text": "<@U01ANN>"}},
        {
            "type": "actions",
            "block_id": f"press:{request.id}",
            "elements": [
                {
                    **button,
                    "action_id": "placet_approve",
                    "text": {**plain, "text": "Approve"},
                    "style": "primary",
                },
                {
                    **button,
                    "action_id": "placet_reject",
                    "text": {**plain, "text": "Reject"},
                    "style": "danger",
                },
                {**button, "action_id": "placet_edit", "text": {**plain, "text": "Edit…"}},
                {**button, "action_id": "placet_details", "text": {**plain, "text": "Details"}},
                {**button, "action_id": "placet_escalate", "text": {**plain, "text": "Escalate"}},
                {**button, "action_id": "placet_more", "text": {**plain, "text": "More…"}},
            ],
        },
        {
            "type": "context",
            "elements": [
                {
                    **markup,
                    "text": "Asked · <!date^1772445600^{date_short_pretty} {time}|2026-03-02 10:00 UTC>",
                }
            ],
        },
    ]


def test_a_decided_card_is_its_own_short_record() -> None:
    request = pressed(opened(), choice=Choice.REJECT, reason=Reason(code=ReasonCode.POLICY, text="Day 40."))
    drawn = draw(card_of(request.request))
    words = words_of(drawn.blocks)
    assert "⛔ Rejected by Ann: against policy · " in words
    assert "240.00 EUR" in words
    assert "│ Day 40." in words
    assert "Reasoning" not in words
    assert "The whole request is in Details." in words
    assert [e["action_id"] for b in drawn.blocks if b["type"] == "actions" for e in b["elements"]] == [
        "placet_details",
        "placet_rate",
    ]
    assert drawn.text.startswith("Rejected by Ann")


def test_a_phone_shows_what_happens_and_the_buttons_without_evidence_between() -> None:
    long = "It was charged twice. " * 100
    quotations = tuple(
        Quotation(heading=name, text=long) for name in ("Reasoning", "Recommendation", "Tried")
    )
    sources = (Source(title="Carrier letter", url=None, quote=long),) * 2
    drawn = draw(a_card(quotations=quotations, evidence=sources, conversation=quotations[:1]))
    words = words_of(drawn.blocks)
    assert words.count("It was charged twice.") < 30
    assert "Carrier letter" not in words
    for named in ("Tried", "the whole of “Reasoning”", "2 sources", "1 line of conversation"):
        assert named in words[words.index("More in Details: ") :]


def test_every_tone_has_its_sign() -> None:
    seen = {draw(a_card(tone=tone)).blocks[1]["text"]["text"].split(" ")[0] for tone in Tone}
    assert len(seen) == len(Tone)


def test_high_impact_is_reviewed_and_cannot_be_approved_on_the_shared_card() -> None:
    drawn = draw(card_of(opened(high_impact=True)))
    ids = [e["action_id"] for b in drawn.blocks if b["type"] == "actions" for e in b["elements"]]
    assert "placet_review" in ids
    assert "placet_approve" not in ids


@settings(max_examples=50)
@given(cards)
def test_any_card_is_a_message_that_slack_takes(card: Card) -> None:
    for drawn in drawings(card, ["U01ANN"] * 8):
        refuse_what_slack_refuses(drawn.blocks)
        assert len(drawn.text) <= 4000


@given(packet=packets, final=st.sampled_from(Status), high_impact=st.booleans())
def test_any_packet_is_a_message_that_slack_takes(
    packet: ReviewPacket, final: Status, *, high_impact: bool
) -> None:
    request = replace(renewed(opened(high_impact=high_impact), ended="x"), status=final)
    refuse_what_slack_refuses(draw(card_of(request, packet)).blocks)


@settings(max_examples=50)
@given(cards)
def test_nothing_on_a_card_mentions_or_links(card: Card) -> None:
    drawn = draw(card)
    assert mentioned(drawn.blocks) == []
    for text in texts_of(list(drawn.blocks)):
        for tag in text["text"].split("<")[1:]:
            assert text["type"] == "mrkdwn"
            assert tag.startswith("!date^")


@settings(max_examples=50)
@given(cards)
def test_a_card_that_leaves_something_out_says_so(card: Card) -> None:
    drawn = draw(card)
    words = words_of(drawn.blocks)
    hidden = [line for line in card.arguments if line.value and line.value.split("\n")[0][:150] not in words]
    if hidden:
        assert "in Details" in words


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
        fallback=MARKUP,
    )
    drawn = draw(card)
    in_markup = " ".join(text["text"] for text in texts_of(list(drawn.blocks)) if text["type"] == "mrkdwn")
    for sign in ("<!channel", "<@", "<https", "evil", ":tada:", "`", "@here", "#general"):
        assert sign not in in_markup
    assert all(text.get("emoji") is False for text in texts_of(list(drawn.blocks)) if "emoji" in text)
    assert "<" not in drawn.text


def test_a_reasoning_that_draws_an_approval_stays_behind_bars() -> None:
    forged = "Fine.\n\n✅ *Approved by CFO*\n[ Approve ] [ Reject ]"
    drawn = draw(a_card(quotations=(Quotation(heading="Reasoning", text=forged),)))
    (text,) = [t for t in texts_of(list(drawn.blocks)) if "CFO" in t["text"]]
    assert text["type"] == "plain_text"
    assert all(line.startswith("│ ") for line in text["text"].split("\n"))


def test_two_hundred_lines_do_not_push_the_facts_or_the_buttons_out_of_sight() -> None:
    drawn = draw(a_card(quotations=(Quotation(heading="Reasoning", text="\n".join(["so"] * 200)),)))
    assert words_of(drawn.blocks).count("│ so") <= 4
    assert "the whole of “Reasoning”" in words_of(drawn.blocks)


def test_a_card_says_how_many_arguments_it_leaves_to_details() -> None:
    words = words_of(draw(a_card(arguments=many_arguments(23))).blocks)
    assert "item[0]: 0:" in words
    assert "whole arguments, all 23 arguments" in words[words.index("More in Details: ") :]


def test_a_masked_argument_says_that_it_is_hidden() -> None:
    masked = ArgumentLine(path="card", value="text, 16 characters, ends in 4242", masked=True)
    assert "card (hidden): text, 16 characters" in words_of(draw(a_card(arguments=(masked,))).blocks)


def test_one_character_over_the_heading_goes_on_below_it() -> None:
    exact, over = "x" * 150, "x" * 151
    assert "Approve" not in (drawn := draw(a_card(headline=exact))).blocks[1]["text"]["text"]
    assert read(drawn.blocks[0]["text"]["text"]) == exact
    blocks = draw(a_card(headline=over)).blocks
    assert blocks[0]["text"]["text"] == "x" * 149 + "…"
    assert blocks[1]["text"]["text"] == over


def test_characters_outside_the_basic_plane_count_twice_as_slack_counts_them() -> None:
    refuse_what_slack_refuses(draw(a_card(headline="🙂" * 76)).blocks)


def test_every_drawing_after_the_first_is_shorter() -> None:
    card = a_card(
        arguments=many_arguments(6, "y" * 150),
        quotations=tuple(Quotation(heading=f"Part {n}", text="words " * 90) for n in range(5)),
    )
    sizes = [slack_cards.size(drawn.blocks) for drawn in drawings(card)]
    assert len(sizes) == 3
    assert sizes == sorted(sizes, reverse=True)
    assert sizes[-1] < 4000


def test_every_kind_of_press_has_a_name_of_its_own() -> None:
    from bot.chat.names import ACTIONS, PRESSES

    assert set(ACTIONS) == set(Press)
    assert {PRESSES[action] for action in ACTIONS.values()} == set(Press)
