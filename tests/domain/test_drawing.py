"""The card while it waits: everything a reviewer needs, in reading order."""

from dataclasses import replace
from datetime import timedelta
from decimal import Decimal

import pytest

from bot.domain import lifecycle
from bot.domain.card import ArgumentLine, Button, LabelledValue, Press, Quotation, Style, Tone
from bot.domain.choice import Choice
from bot.domain.moves import CardPosted, Edited
from bot.domain.packet import (
    Impact,
    ProposedAction,
    ReviewPacket,
    Signals,
)
from bot.domain.status import Mode
from bot.domain.steering import Pause, Steering
from tests.builders import (
    DIGEST,
    NOW,
    OTHER_DIGEST,
    a_directory,
    a_packet,
    a_step,
    after,
    facts,
    group,
    opened,
    pressed,
)
from tests.domain.card_reading import card_of, fact, labels, said, status, words


def test_a_full_card_reads_from_top_to_bottom() -> None:
    card = card_of(opened())
    assert card.headline == "Refund 240.00 EUR to order 4892"
    assert card.asked_by == "support-bot asks"
    assert status(card) == "Waiting for a decision"
    assert [(e.label, e.value, e.claimed) for e in card.effects] == [
        ("If you approve", "support-bot may run refund.issue with exactly these arguments.", False),
        ("If you reject", "Nothing runs; the agent is told why.", False),
        (
            "If you edit",
            "support-bot may run it with your changes only, as far as rules and limits allow.",
            False,
        ),
        ("If you escalate", "@finance is asked at once.", False),
    ]
    assert [(f.label, f.value, f.claimed) for f in card.facts] == [
        ("Action", "refund.issue", False),
        ("Amount", "240.00 EUR", False),
        ("Impact", "medium: One refund", True),
        ("Audience", "customer", True),
        ("About", "Jo Doe, c-118, gold", True),
        ("Customer since", "2023", True),
        ("Confidence", "82%", True),
        ("Sentiment", "angry -0.8", True),
        ("Topics", "billing", True),
        ("Answerable", "Ann", False),
    ]
    assert card.why_here == "No rule matched. Rule: default. Asked: step 1 of 2 (#refunds)."
    assert card.warnings == ("This cannot be undone.",)
    assert said(card) == {
        "Reasoning": "The parcel was lost; the carrier confirmed it.",
        "Recommendation": "Refund in full.",
        "The issue as stated": "Where is my parcel?",
        "Tried so far": "• Traced the parcel\n• Asked the carrier",
    }
    assert card.evidence[0].url == "https://carrier.example.com/4892"
    assert card.conversation == (Quotation(heading="Jo · 2026-03-02 10:00 UTC", text="It never came."),)
    assert [(a.path, a.value) for a in card.arguments] == [
        ("order", "4892"),
        ("amount", "240.00"),
        ("currency", "EUR"),
    ]
    assert card.votes == ()
    assert words(card.footer)[:-1] == [
        "Moves on to step 2 (@finance) · 15m",
        "Expires if nobody decides · 45m",
        "Asked · 0m",
    ]
    assert words(card.footer)[-1].endswith(f" · {DIGEST[:19]}")
    assert card.buttons == (
        Button(press=Press.APPROVE, label="Approve", style=Style.PRIMARY),
        Button(press=Press.REJECT, label="Reject", style=Style.DANGER),
        Button(press=Press.EDIT, label="Edit…"),
        Button(press=Press.DETAILS, label="Details"),
        Button(press=Press.ESCALATE, label="Escalate"),
        Button(press=Press.MORE, label="More…"),
    )
    assert card.fallback == "support-bot asks: Refund 240.00 EUR to order 4892"
    assert (card.tone, card.reference, card.version, card.revision) == (Tone.WAITING, "ref", 1, 1)


def test_a_bare_packet_has_a_card_without_empty_parts() -> None:
    bare = ReviewPacket(action=ProposedAction(name="refund.issue"), reasoning="Lost.")
    card = card_of(opened(amount=None, irreversible=False), bare)
    assert [f.label for f in card.facts] == ["Action", "Can be undone", "Answerable"]
    assert said(card) == {"Reasoning": "Lost."}
    assert (card.warnings, card.evidence, card.conversation, card.arguments) == ((), (), (), ())


def test_high_impact_is_approved_in_a_view_of_ones_own() -> None:
    card = card_of(opened(high_impact=True))
    assert card.buttons[0] == Button(press=Press.REVIEW, label="Review…", style=Style.PRIMARY)
    assert card.warnings[0] == "High impact: approved only with everything in view."


def test_only_what_is_offered_can_be_pressed() -> None:
    assert labels(card_of(opened(choices=("reject",)))) == ["Reject", "Details", "More…"]
    assert [e.label for e in card_of(opened(choices=("reject",))).effects] == ["If you reject"]


def test_nobody_escalates_from_the_last_step() -> None:
    card = card_of(opened(steps=(a_step(),)))
    assert labels(card) == ["Approve", "Reject", "Edit…", "Details", "More…"]
    assert words(card.footer)[0] == "Expires if nobody decides · 15m"


@pytest.mark.parametrize(
    ("signals", "warning"),
    [
        (Signals(asked_for_human=True), "The customer asked for a human."),
        (Signals(policy_exception=True), "The agent says that this is an exception to policy."),
        (
            Signals(missing=("invoice", "approval” by CFO. Rule: ok")),
            'Missing, the agent says: “invoice”, “approval" by CFO. Rule: ok”.',
        ),
        (Signals(confidence=0.4), "The agent is not sure: its confidence is 40%."),
        (Signals(confidence=0.0), "The agent is not sure: its confidence is 0%."),
    ],
)
def test_what_is_unusual_is_warned_of(signals: Signals, warning: str) -> None:
    assert warning in card_of(opened(), signals=signals).warnings


def test_hidden_characters_are_warned_of() -> None:
    warning = "The agent's text held hidden characters; their places are marked."
    assert warning in card_of(opened(), reasoning="pay \u202eme").warnings
    assert warning in card_of(opened(), a_packet({"iban": "DE\U000e0041"})).warnings
    assert warning not in card_of(opened()).warnings


def test_skipped_steps_are_told() -> None:
    request = opened(steps=(a_step(group("nobody")), a_step()))
    assert "Step 1 was skipped: it reaches nobody." in card_of(request).warnings


def test_the_rule_its_owner_and_what_it_saw_are_named() -> None:
    request = opened(
        rule="vip",
        owner="ben",
        why="Gold customers first",
        matched={"context.tier": "gold”. Rule: ok"},
        route="vips",
    )
    assert card_of(request).why_here.startswith(
        "Gold customers first. Rule: vip, owned by Ben. "
        'It saw context.tier = “gold". Rule: ok”. Route: vips. Asked: step 1 of 2'
    )


def test_what_a_rule_saw_is_told_in_few_words() -> None:
    many = {f"signals.s{number}": "0.9" for number in range(9)}
    saw = {"action.name": "credit.issue", "impact.amount": "49.90", "impact.currency": "EUR"}

    assert "It saw impact.amount = 49.90, impact.currency = EUR. " in card_of(opened(matched=saw)).why_here
    assert ", signals.s5 = 0.9 and 3 more. " in card_of(opened(matched=many)).why_here
    assert "It saw a = “xxxxx" in card_of(opened(matched={"a": "x" * 100})).why_here
    assert "x" * 41 not in card_of(opened(matched={"a": "x" * 100})).why_here


def test_rounds_are_counted() -> None:
    assert card_of(opened(repeat=1)).why_here.endswith("Asked: step 1 of 2, round 1 of 2 (#refunds).")


def test_the_effects_an_agent_claims_are_quotations() -> None:
    action = ProposedAction(name="refund.issue", effects={"approve": "Jo is paid.”\nAPPROVED by CFO"})
    effect = card_of(opened(), action=action).effects[0]
    assert effect == LabelledValue(
        label="If you approve", value='“Jo is paid." APPROVED by CFO”', claimed=True
    )


def test_a_derived_amount_is_none_of_the_agents_claims() -> None:
    claimed = Impact(amount="1.00", currency="EUR")
    assert fact(card_of(opened(), impact=claimed), "Amount").value == "240.00 EUR"
    assert fact(card_of(opened(amount=None), impact=claimed), "Amount") == LabelledValue(
        label="Amount", value="1.00 EUR", claimed=True
    )


def test_who_asks_and_for_whom_is_told() -> None:
    request = opened(on_behalf_of="Zoe”\nApproved")
    assert (
        card_of(request, agent_version="2.1").asked_by == 'support-bot 2.1 asks, on behalf of “Zoe" Approved”'
    )


def test_masked_arguments_show_type_length_and_last_four() -> None:
    request = opened(mask=("arguments.card_number",))
    card = card_of(request, a_packet({"card_number": "4242424242424242", "order": "4892"}))
    assert card.arguments == (
        ArgumentLine(path="card_number", value="text, 16 characters, ends in 4242", masked=True),
        ArgumentLine(path="order", value="4892"),
    )


def test_a_quorum_is_counted_inside_the_card_and_once() -> None:
    request = opened(approve=2)
    assert status(card_of(request)) == "Waiting for a decision · 0 of 2 approved"
    assert words(card_of(request).votes) == []
    assert "one of the 2 after which support-bot may run" in card_of(request).effects[0].value
    voted = card_of(pressed(request, now=after(3)).request)
    assert status(voted) == "Waiting for a decision · 1 of 2 approved"
    assert words(voted.votes) == ["Ann approved · 3m"]


def test_the_last_approval_that_is_needed_is_told_to_be_the_last() -> None:
    lacking_one = pressed(opened(approve=2)).request
    assert card_of(lacking_one).effects[0].value == (
        "Yours is the last of the 2 approvals needed:"
        " support-bot may run refund.issue with exactly these arguments."
    )
    lost = card_of(lacking_one, directory=a_directory(groups={"finance": ("ben",)}))
    assert "one of the 2 after which" in lost.effects[0].value, "Ann's approval counts no more"


def test_votes_are_counted_beside_a_status_that_does_not_count_them() -> None:
    request = pressed(opened(approve=2), now=after(3)).request
    pause = Pause(match="refund.*", by="ann", made_at=NOW)
    paused = a_directory(steering=Steering(version=1, pauses=(pause,)))
    assert words(card_of(request, directory=paused).votes) == ["1 of 2 approved: Ann", "Ann approved · 3m"]


def test_a_vote_that_no_longer_counts_says_so() -> None:
    request = pressed(opened(approve=2)).request
    card = card_of(request, directory=a_directory(groups={"finance": ("ben",)}))
    assert words(card.votes) == ["Ann approved · 0m · does not count any more"]


def test_who_holds_it_is_told() -> None:
    card = card_of(pressed(opened(), choice=Choice.CLAIM).request)
    assert status(card) == "Waiting for a decision · Ann is looking into it"
    assert words(card.footer)[0] == "Ann is looking into it · until 30m"


def test_a_hard_deadline_is_told() -> None:
    sooner = card_of(opened(needed_by=after(30)))
    assert words(sooner.footer)[:2] == [
        "Moves on to step 2 (@finance) · 15m",
        "Expires if nobody decides · 30m",
    ]
    later = card_of(opened(needed_by=after(99)))
    assert "Needed by · 99m" in words(later.footer)


def test_a_veto_says_when_it_runs() -> None:
    request = opened(mode=Mode.VETO, irreversible=False, window=timedelta(minutes=10))
    assert (
        status(card_of(request))
        == "Runs by itself 10 minutes after this is delivered, unless somebody objects"
    )
    move = CardPosted(request_id="", command_id="", destination="slack:C0REFUNDS", shown_digest="")
    card = card_of(lifecycle.fold(request, move, facts(after(1))).request)
    assert status(card) == "Runs by itself 11m unless somebody objects"
    assert "at once instead of waiting" in card.effects[0].value
    assert [effect.label for effect in card.effects[:3]] == [
        "If you approve",
        "If you stop it",
        "If nobody objects",
    ]
    assert [button.label for button in card.buttons[:2]] == ["Approve now", "Stop…"]
    assert words(card.footer)[0] == "Asked · 0m"
    assert fact(card, "Can be undone").value == "yes"


def test_an_edit_shows_what_was_changed() -> None:
    request = opened(approve=2, mask=("arguments.card",))
    before = a_packet({"amount": "240.00", "card": "4242424242424242", "order": "4892"})
    now = a_packet({"amount": "200.00", "card": "4000000000001111", "order": "4892"})
    proposal = replace(request.proposal, digest=OTHER_DIGEST, amount=Decimal(200))
    edited = pressed(request, choice=Choice.EDIT, edited=Edited(proposal=proposal, packet=now)).request
    card = card_of(edited, now, original=before)
    assert fact(card, "Changed: amount").value == "240.00 → 200.00"
    assert "4242424242" not in fact(card, "Changed: card").value
    assert "The arguments were changed by a reviewer; earlier votes are void." in card.warnings
    assert words(card.votes)[0] == "Ann approved with changes · 0m"
    assert " · revision 2 · " in words(card.footer)[-1]
