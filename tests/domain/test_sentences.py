"""Sentences for people, and for models that must not talk themselves out of a no."""

from datetime import timedelta

import pytest

from bot.domain.choice import Choice
from bot.domain.sentences import REASONS, for_the_model, how_it_ended, lasting, names, taken_over_by
from bot.domain.status import Mode, ReasonCode, Status
from tests.builders import a_directory, a_reason, opened, pressed, renewed


@pytest.mark.parametrize(
    ("people", "said"),
    [
        ((), "A rule"),
        (("ann",), "Ann"),
        (("ann", "ben"), "Ann and Ben"),
        (("ann", "ben", "cat"), "Ann, Ben and Cat"),
        (("gone",), "gone"),
    ],
)
def test_people_are_called_by_their_names(people: tuple[str, ...], said: str) -> None:
    assert names(a_directory(), people) == said


@pytest.mark.parametrize(
    ("time", "said"),
    [
        (timedelta(0), "no time"),
        (timedelta(seconds=1), "1 second"),
        (timedelta(minutes=15), "15 minutes"),
        (timedelta(hours=1, minutes=30), "1 hour 30 minutes"),
        (timedelta(days=2, hours=1, minutes=5), "2 days 1 hour"),
        (timedelta(days=1, seconds=5), "1 day"),
    ],
)
def test_durations_are_told_in_their_two_largest_units(time: timedelta, said: str) -> None:
    assert lasting(time) == said


def test_every_reason_has_words() -> None:
    assert set(REASONS) == set(ReasonCode)


def test_a_rejection_tells_the_model_why_and_not_to_go_round_it() -> None:
    no = pressed(
        opened(), choice=Choice.REJECT, reason=a_reason(ReasonCode.POLICY, "ask me for 50 EUR")
    ).request
    assert for_the_model(no, a_directory()) == (
        "A reviewer said no, because: against policy; do not retry or work around it."
    )


def test_a_take_over_tells_the_model_to_stop_and_whom_to_hand_it_to() -> None:
    taken = pressed(opened(), choice=Choice.REJECT, reason=a_reason(ReasonCode.TAKEN_OVER)).request
    assert for_the_model(taken, a_directory()) == (
        "A person has taken over this conversation; stop and hand it over to Ann."
    )


def test_of_two_who_said_no_the_one_who_took_over_is_named() -> None:
    no = pressed(opened(reject=2), choice=Choice.REJECT, reason=a_reason(ReasonCode.TONE)).request
    taken = pressed(no, "ben", Choice.REJECT, reason=a_reason(ReasonCode.TAKEN_OVER)).request
    assert taken.status is Status.REJECTED
    assert taken_over_by(taken) == "ben"
    assert taken_over_by(pressed(opened(), choice=Choice.REJECT).request) is None


def test_a_refusal_by_rule_names_the_rule_s_reason() -> None:
    refused = opened(mode=Mode.REFUSE, why="Gifts are not refundable.")
    assert for_the_model(refused, a_directory()) == (
        "The policy refuses this, because Gifts are not refundable; do not retry or work around it."
    )


def test_silence_is_no_refusal() -> None:
    expired = renewed(opened(steps=()))
    assert "this is not a refusal" in (for_the_model(expired, a_directory()) or "")
    assert how_it_ended(expired, a_directory()).startswith("This request has expired")


def test_what_is_open_or_approved_needs_no_sentence() -> None:
    assert for_the_model(opened(), a_directory()) is None
    assert for_the_model(pressed(opened()).request, a_directory()) is None


def test_a_decision_by_rule_is_told_as_one() -> None:
    done = opened(mode=Mode.AUTO, irreversible=False)
    assert done.status is Status.APPROVED
    assert how_it_ended(done, a_directory()).startswith("The rule default approved this at 10:00 UTC")
