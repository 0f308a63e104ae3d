"""The card of a quality check shows the whole packet, and nothing of the ruling or of what came of it."""

import json
from dataclasses import asdict, replace
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from bot.domain.batch_drawing import draw_batch
from bot.domain.blinding import blind
from bot.domain.card import Card, Press, Tone
from bot.domain.choice import Choice
from bot.domain.drawing import draw
from bot.domain.more import more_form
from bot.domain.outcome import Outcome, Redemption
from bot.domain.quality_card import EFFECT, TITLE, WHY
from bot.domain.request import ApprovalRequest
from bot.domain.said import Said
from bot.domain.sentences import QUALITY_CHECK
from bot.domain.status import Mode, OutcomeStatus, ReasonCode, Status
from bot.domain.terms import Confirm
from tests.builders import NOW, a_directory, a_packet, a_person, a_reason, opened, pressed
from tests.domain.card_reading import card_of, fact, labels, said, status, words
from tests.domain.test_judging import RULED, asked, due

#: what a rule and its consequences put on record, none of which may be read
TOLD = ("zq-rule", "zq-why", "zq-value", "Zoe Owner", "zq-detail", "zq-said", "zq-redeemed")
#: words of decisions; the title and the sentences about the quality check are taken out first
DECIDED = ("approved", "automatic", "rule", "decision", "taken by the agent", "ran", "failed", "was undone")


def a_blind_one(**changes: Any) -> ApprovalRequest:
    """A quality check of a request with a memorable ruling, of which much came already."""
    ruled = RULED | {
        "rule": "zq-rule",
        "why": "zq-why",
        "owner": "zoe",
        "matched": {"impact.amount": "zq-value"},
        "summary": "Refund 240.00 EUR to order 4892",
    }
    request = asked(**ruled | changes)
    return replace(
        request,
        progress=replace(
            request.progress,
            redemption=Redemption(id="zq-redeemed", at=NOW),
            outcome=Outcome(status=OutcomeStatus.FAILED, detail="zq-detail", at=NOW),
            callback="failed",
            said=1,
        ),
    )


def _drawn(request: ApprovalRequest, **changes: Any) -> Card:
    return draw(
        request,
        a_packet(**changes),
        a_directory(replace(a_person("zoe"), name="Zoe Owner")),
        reference="ref",
        said=(Said(by="agent:support-bot", text="zq-said", at=NOW),),
    )


def _text(card: Any) -> str:
    text = json.dumps(asdict(card), default=str)
    for ours in (TITLE, WHY, EFFECT):
        text = text.replace(json.dumps(ours)[1:-1], "")
    return text


def test_it_reads_like_the_card_of_a_request_that_waits() -> None:
    card = _drawn(a_blind_one())
    assert status(card) == TITLE
    assert card.tone is Tone.WAITING
    assert fact(card, "Amount").value == "240.00 EUR"
    assert "Reasoning" in said(card)
    assert len(card.arguments) == 3
    assert card.evidence
    assert card.conversation
    assert [(each.press, each.label) for each in card.buttons] == [
        (Press.AGREE, "I would approve"),
        (Press.DISAGREE, "I would reject…"),
        (Press.DETAILS, "Details"),
    ]
    assert card.mentions == ()
    assert card.fallback == "Quality check: Refund 240.00 EUR to order 4892"


@given(
    changes=st.fixed_dictionaries(
        {},
        optional={
            "high_impact": st.booleans(),
            "urgent": st.booleans(),
            "approve": st.sampled_from((1, 2)),
            "matched": st.just({}) | st.just({"zq-value": "zq-value"}),
            "route": st.just("vip"),
            "passed_over": st.just(("zq-why",)),
            "confirm": st.sampled_from(Confirm),
        },
    ),
    outcome=st.none() | st.sampled_from(OutcomeStatus),
    callback=st.sampled_from((None, "pending", "delivered", "failed")),
    is_reverted=st.booleans(),
)
def test_no_word_of_the_ruling_or_of_what_came_of_it_is_on_the_card(
    *, changes: dict[str, Any], outcome: OutcomeStatus | None, callback: str | None, is_reverted: bool
) -> None:
    request = a_blind_one(**changes)
    came = Outcome(status=outcome, detail="zq-detail", at=NOW) if outcome else None
    moved = replace(
        request.progress, outcome=came, callback=callback, reverted_at=NOW if is_reverted else None
    )
    text = _text(_drawn(replace(request, progress=moved)))
    assert not [word for word in TOLD if word in text]
    assert not [word for word in DECIDED if word in text.lower()]


def test_what_is_shown_of_it_does_not_depend_on_what_came_of_it() -> None:
    request = a_blind_one()
    untouched = asked(
        **RULED | {"rule": "another", "why": "Other.", "subject": request.proposal.subject, "id": request.id}
    )
    shown = replace(_drawn(request), version=0)
    assert shown == replace(_drawn(untouched), version=0)


def test_a_batch_of_them_says_no_more() -> None:
    requests = [a_blind_one(), a_blind_one()]
    card = draw_batch("bat_1", requests, a_directory(), lambda request: request.id)
    assert card.title == "2 quality checks wait here"
    assert not [word for word in (*TOLD, *DECIDED) if word in _text(card).lower()]
    assert all(line.details.startswith("quality check · ") for line in card.lines)
    mixed = draw_batch("bat_1", [a_blind_one(), opened()], a_directory(), lambda request: request.id)
    assert mixed.title == "2 requests wait here"


def test_more_has_nothing_to_offer_on_it() -> None:
    form = more_form(a_blind_one(), a_directory(), a_directory().people["ann"], reference="ref")
    assert (form.moves, form.note) == ((), QUALITY_CHECK)


def test_a_blind_request_stays_blind_however_often_it_is_hidden() -> None:
    request = a_blind_one()
    once = blind(request)
    assert once.is_blind
    assert once.status is Status.PENDING
    assert blind(once) == once
    assert blind(opened()).status is Status.PENDING


def test_after_the_verdict_it_is_the_record_of_both() -> None:
    judged = pressed(
        a_blind_one(), "ann", Choice.DISAGREE, reason=a_reason(ReasonCode.TOO_RISKY, "New customer.")
    ).request
    card = _drawn(judged)
    assert status(card).startswith("Approved by the rule zq-rule · ")
    assert words(card.votes) == ["Quality check: Ann disagreed, and would have rejected it: too risky · 0m"]
    assert said(card)["Ann on the quality check"] == "New customer."
    assert Press.AGREE not in [button.press for button in card.buttons]


def test_one_that_lapsed_says_that_nobody_gave_a_verdict() -> None:
    card = card_of(due(asked(), days=7).request)
    assert words(card.votes) == [f"Quality check: nobody gave a verdict · {7 * 24 * 60}m"]


def test_other_requests_are_drawn_as_before() -> None:
    card = card_of(opened(mode=Mode.AUTO, irreversible=False, rule="small"))
    assert status(card).startswith("Approved by the rule small")
    assert "I would approve" not in labels(card)
