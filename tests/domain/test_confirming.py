"""Confirmations: by a word that is typed, or in the browser; then or now, whichever demands more."""

from dataclasses import replace
from decimal import Decimal
from typing import Any

import pytest

from bot.domain import drawing
from bot.domain.card import Press as Button
from bot.domain.choice import Choice
from bot.domain.confirming import stricter
from bot.domain.directory import Directory
from bot.domain.effects import Tell
from bot.domain.moves import Edited, Surface
from bot.domain.request import ApprovalRequest
from bot.domain.status import Status
from bot.domain.terms import Confirm
from tests.builders import (
    OTHER_DIGEST,
    a_directory,
    a_packet,
    a_request,
    opened,
    pressed,
)

TYPE, BROWSER = Confirm.TYPE, Confirm.BROWSER


def waiting(confirm: Confirm | None = TYPE, **changes: Any) -> ApprovalRequest:
    """A refund of 240 EUR whose terms demand this."""
    request = opened(**changes)
    return replace(request, terms=replace(request.terms, confirm=confirm))


def now_demands(confirm: Confirm) -> Directory:
    """The policy as it stands now demands this."""
    return a_directory(confirmations={"refund.issue": confirm})


@pytest.mark.parametrize("typed", ["240.00", " 240.00 ", "2 4 0 . 0 0"])
def test_the_amount_confirms_an_approval(typed: str) -> None:
    assert pressed(waiting(), confirmed=typed).request.status is Status.APPROVED


@pytest.mark.parametrize("typed", ["", "24.00", "240", "240.00 EUR", "approve", "240.00\u200b"])
def test_anything_else_confirms_nothing_and_says_what_to_type(typed: str) -> None:
    refused = pressed(waiting(), confirmed=typed, reply_to="slack:x")
    assert refused.request.progress.votes == ()
    assert (refused.answer.code, refused.answer.accepted) == ("unconfirmed", False)
    assert "Type 240.00" in refused.answer.sentence
    assert refused.effects == (Tell(address="slack:x", sentence=refused.answer.sentence),)


@pytest.mark.parametrize("typed", ["Order 4892", "ORDER4892", " order 4892 "])
def test_the_word_that_the_policy_names_is_compared_without_case(typed: str) -> None:
    request = waiting()
    request = replace(request, proposal=replace(request.proposal, confirm_word="Order 4892"))
    assert pressed(request, confirmed=typed).request.status is Status.APPROVED
    assert pressed(request, confirmed="240.00").answer.code == "unconfirmed"


def test_without_an_amount_the_name_of_the_action_is_typed() -> None:
    request = waiting()
    request = replace(request, proposal=replace(request.proposal, amount=None, currency=None))
    assert pressed(request, confirmed="Refund.Issue").request.status is Status.APPROVED


@pytest.mark.parametrize("choice", [Choice.REJECT, Choice.ESCALATE, Choice.CLAIM])
@pytest.mark.parametrize("confirm", [TYPE, BROWSER])
def test_nothing_but_an_approval_is_confirmed(choice: Choice, confirm: Confirm) -> None:
    assert pressed(waiting(confirm), choice=choice).answer.accepted


def test_in_a_chat_an_approval_is_refused_with_a_way_into_the_browser() -> None:
    refused = pressed(waiting(BROWSER), reply_to="slack:x", confirmed="240.00", surface=Surface.VIEW)
    assert refused.answer.code == "needs_browser"
    assert refused.request.progress.votes == ()
    assert refused.effects == (Tell(address="slack:x", sentence=refused.answer.sentence, sign_in="ann"),)


def test_where_the_platform_was_answered_at_once_the_way_goes_to_the_own_chat() -> None:
    refused = pressed(waiting(BROWSER), later_to="teams:@a1")
    assert [effect for effect in refused.effects if isinstance(effect, Tell)] == [
        Tell(address="teams:@a1", sentence=refused.answer.sentence, sign_in="ann")
    ]


def test_whoever_may_not_approve_gets_no_way_in() -> None:
    for name in ("cat", "dan"):
        refused = pressed(waiting(BROWSER), name, reply_to="slack:x")
        assert refused.answer.code != "needs_browser"
        assert all(effect.sign_in is None for effect in refused.effects if isinstance(effect, Tell))


def test_in_the_browser_it_is_approved() -> None:
    assert pressed(waiting(BROWSER), platform="web").request.status is Status.APPROVED


@pytest.mark.parametrize(
    ("one", "other", "expected"),
    [
        (None, None, None),
        (None, TYPE, TYPE),
        (TYPE, None, TYPE),
        (TYPE, BROWSER, BROWSER),
        (BROWSER, TYPE, BROWSER),
        (BROWSER, None, BROWSER),
    ],
)
def test_the_stricter_wins(one: Confirm | None, other: Confirm | None, expected: Confirm | None) -> None:
    assert stricter(one, other) is expected


def test_what_the_policy_demands_now_holds_for_requests_that_came_before() -> None:
    request = waiting(None)
    assert pressed(request, directory=now_demands(TYPE)).answer.code == "unconfirmed"
    assert pressed(request, directory=now_demands(BROWSER)).answer.code == "needs_browser"
    assert pressed(request, directory=a_directory()).request.status is Status.APPROVED


def test_what_was_demanded_when_it_came_holds_although_the_policy_is_laxer_now() -> None:
    assert pressed(waiting(BROWSER), directory=a_directory()).answer.code == "needs_browser"


def changed_to(amount: str, request: ApprovalRequest, **press: Any) -> Any:
    """What changing the amount came to."""
    proposal = replace(request.proposal, digest=OTHER_DIGEST, amount=Decimal(amount))
    edited = Edited(proposal=proposal, packet=a_packet({"amount": amount}))
    return pressed(request, choice=Choice.EDIT, edited=edited, **press)


def test_a_change_is_confirmed_by_the_new_word() -> None:
    assert changed_to("200.00", waiting(), confirmed="240.00").answer.code == "unconfirmed"
    assert changed_to("200.00", waiting(), confirmed="200.00").request.status is Status.APPROVED


def test_a_change_too_is_made_in_the_browser_only() -> None:
    assert changed_to("200.00", waiting(BROWSER)).answer.code == "needs_browser"
    assert changed_to("200.00", waiting(BROWSER), platform="web").request.status is Status.APPROVED


def test_a_change_that_belongs_elsewhere_stays_as_strict_as_it_was() -> None:
    request = waiting(BROWSER)
    laxer = replace(a_request().terms, escalation_policy="others", confirm=None)
    proposal = replace(request.proposal, digest=OTHER_DIGEST)
    edited = Edited(proposal=proposal, packet=a_packet({"amount": "1"}), terms=laxer)
    moved = pressed(request, choice=Choice.EDIT, edited=edited, platform="web")
    assert moved.request.terms.escalation_policy == "others"
    assert moved.request.terms.confirm is BROWSER


@pytest.mark.parametrize(
    ("confirm", "in_chats", "in_browsers", "word"),
    [
        (None, "Approve", "Approve", ""),
        (TYPE, "Review…", "Review…", "240.00"),
        (BROWSER, "Approve in the browser…", "Approve", ""),
    ],
)
def test_the_card_says_where_and_how(
    confirm: Confirm | None, in_chats: str, in_browsers: str, word: str
) -> None:
    for in_browser, label in ((False, in_chats), (True, in_browsers)):
        card = drawing.draw(waiting(confirm), a_packet(), a_directory(), reference="r", in_browser=in_browser)
        assert (card.buttons[0].label, card.confirm) == (label, word)
        assert card.buttons[0].press is (Button.REVIEW if word else Button.APPROVE)
