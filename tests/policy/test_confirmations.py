"""`confirm` and `confirm_word` of an action: read, checked, and put on each request."""

import pytest

from bot.domain.errors import Invalid
from bot.domain.terms import Confirm
from bot.policy import parse_policy
from bot.submissions import Asked, Assessment
from tests.builders import NOW, a_packet
from tests.policy.samples import POLICY, changed, complaints

PLACE = "    valid_for: 1h\n"


def with_lines(*lines: str) -> str:
    return changed(PLACE, PLACE + "".join(f"    {line}\n" for line in lines))


def assessed(text: str, **arguments: object) -> Assessment:
    given = {"order": "4892", "amount": "240.00", "currency": "EUR", **arguments}
    return parse_policy(text).assess("support-bot", a_packet(given), Asked(), NOW)


@pytest.mark.parametrize(("written", "meant"), [("type", Confirm.TYPE), ("browser", Confirm.BROWSER)])
def test_a_confirmation_is_copied_onto_the_request_and_held_to_now(written: str, meant: Confirm) -> None:
    text = with_lines(f"confirm: {written}")
    assert assessed(text).terms.confirm is meant
    assert parse_policy(text).directory.confirmations == {"refund.issue": meant}


def test_without_one_a_press_is_enough() -> None:
    assert assessed(POLICY).terms.confirm is None
    assert parse_policy(POLICY).directory.confirmations == {}


def test_the_word_is_an_argument_where_the_policy_names_one() -> None:
    text = with_lines("confirm: type", "confirm_word: arguments.order")
    assert assessed(text).proposal.confirm_word == "4892"
    assert assessed(text, order=4892).proposal.confirm_word == "4892"
    assert assessed(with_lines("confirm: type")).proposal.confirm_word == ""


@pytest.mark.parametrize("order", ["", "  ", "x" * 61, None, True, ["4892"], 1.5])
def test_an_argument_that_nobody_could_type_is_refused(order: object) -> None:
    text = with_lines("confirm: type", "confirm_word: arguments.number")
    with pytest.raises(Invalid, match="what a reviewer types") as error:
        assessed(text, number=order)
    assert error.value.field == "action.arguments.number"


def test_what_makes_no_sense_is_told_with_a_remedy() -> None:
    assert "confirm" in complaints(with_lines("confirm: twice"))[0]
    [lone] = complaints(with_lines("confirm_word: arguments.order"))
    assert '"confirm: type"' in lone
    masked = complaints(with_lines("confirm: type", "confirm_word: arguments.card_number"))
    assert any("which mask hides" in each for each in masked)
    assert "is not a path" in complaints(with_lines("confirm: type", "confirm_word: order"))[0]
