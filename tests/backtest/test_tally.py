"""What a backtest counts, rule by rule."""

import pytest

from bot.backtest.past import Past, Verdict
from bot.backtest.tally import EXAMPLES, RuleTally, Tally
from bot.domain.errors import Forbidden, Invalid
from bot.domain.status import Mode
from tests.backtest.pasts import a_past


def tallied(mode: Mode, *pasts: Past) -> RuleTally:
    """The tally of a rule that would have given these requests a mode."""
    tally = RuleTally(rule="small")
    for past in pasts:
        tally.count(past, mode)
    return tally


@pytest.mark.parametrize("mode", [Mode.AUTO, Mode.NOTIFY, Mode.VETO])
def test_a_review_is_saved_where_people_were_asked_and_would_not_have_been(mode: Mode) -> None:
    tally = tallied(mode, a_past(verdict=Verdict.APPROVED))
    assert (tally.saved, tally.saved_approved, tally.mistakes) == (1, 1, 0)


@pytest.mark.parametrize(
    ("verdict", "failed", "told"),
    [
        (Verdict.EDITED, False, "saved_edited"),
        (Verdict.REJECTED, False, "saved_rejected"),
        (Verdict.APPROVED, True, "saved_failed"),
    ],
)
def test_what_people_would_not_have_let_run_so_is_a_mistake(
    verdict: Verdict, *, failed: bool, told: str
) -> None:
    past = a_past(verdict=verdict, went_wrong=failed)
    tally = tallied(Mode.AUTO, past)
    assert (getattr(tally, told), tally.mistakes, tally.judged, tally.mistaken) == (1, 1, 1, [past.id])


def test_of_what_nobody_decided_nothing_is_known() -> None:
    tally = tallied(Mode.AUTO, a_past(verdict=Verdict.NONE), a_past(verdict=Verdict.APPROVED))
    assert (tally.saved, tally.saved_undecided, tally.judged, tally.mistakes) == (2, 1, 1, 0)
    assert tally.mistake_rate.of == 1


def test_a_veto_in_the_place_of_an_automatic_approval_saves_and_adds_nothing() -> None:
    tally = tallied(Mode.VETO, a_past(mode=Mode.AUTO))
    assert (tally.saved, tally.added, tally.unchanged) == (0, 0, 0)


def test_reviews_are_added_where_nobody_was_asked_and_those_that_would_have_helped_are_told() -> None:
    tally = tallied(Mode.GATE, a_past(mode=Mode.AUTO), a_past(mode=Mode.VETO, went_wrong=True))
    assert (tally.added, tally.added_failed) == (2, 1)


def test_a_refusal_of_what_people_approved_is_told_with_its_request() -> None:
    approved, rejected = a_past(verdict=Verdict.EDITED), a_past(verdict=Verdict.REJECTED)
    tally = tallied(Mode.REFUSE, approved, rejected, a_past(mode=Mode.REFUSE))
    assert (tally.newly_refused, tally.refused_approved, tally.mistaken) == (2, 1, [approved.id])


def test_only_the_first_mistakes_are_named() -> None:
    tally = tallied(Mode.AUTO, *(a_past(verdict=Verdict.REJECTED) for _ in range(EXAMPLES + 5)))
    assert (tally.mistakes, len(tally.mistaken)) == (EXAMPLES + 5, EXAMPLES)


def test_a_request_is_the_same_only_by_the_same_rule() -> None:
    tally = Tally()
    tally.count(a_past(), "default", Mode.GATE)
    tally.count(a_past(), "other", Mode.GATE)
    assert (tally.requests, tally.same) == (2, 1)


def test_what_would_not_be_taken_is_counted_by_the_field_at_fault() -> None:
    tally = Tally()
    for amount in ("x", "y"):
        tally.turn_away(Invalid(f"the amount is {amount}", field="action.arguments.amount"))
    tally.turn_away(Forbidden("not this agent"))
    found = {field: (why.requests, why.sentence) for field, why in tally.turned_away.items()}
    assert found == {"action.arguments.amount": (2, "the amount is x"), "": (1, "not this agent")}
    assert tally.requests == 3
