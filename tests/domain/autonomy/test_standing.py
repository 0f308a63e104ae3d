"""Where a rule stands, on the ladder that its file has now."""

from datetime import timedelta

from bot.domain.autonomy.ladder import GATED, Ladder, Rung, ladder
from bot.domain.autonomy.standing import Standing
from bot.domain.status import Mode
from tests.builders import NOW
from tests.domain.autonomy.test_evidence import an_evidence

VETO, AUTO = Rung(mode=Mode.VETO, window=timedelta(minutes=10)), Rung(mode=Mode.AUTO)
ITS = ladder(VETO, [AUTO])


def a_standing(rung: Rung, its: Ladder = ITS) -> Standing:
    return Standing(
        rule="small",
        base=its.base,
        rung=rung,
        takes="small ones",
        by="ann",
        why="Earned.",
        evidence=an_evidence(),
        made_at=NOW,
    )


def test_a_rule_stands_where_it_was_moved() -> None:
    assert a_standing(AUTO).on(ITS, "small ones") == AUTO
    assert a_standing(GATED).on(ITS, "small ones") == GATED


def test_what_one_condition_earned_is_not_lent_to_another_and_what_it_lost_stays_lost() -> None:
    assert a_standing(AUTO).on(ITS, "large ones") == VETO
    assert a_standing(GATED).on(ITS, "large ones") == GATED


def test_a_rule_that_its_file_has_otherwise_since_stands_where_the_file_says() -> None:
    assert a_standing(GATED).on(ladder(AUTO), "small ones") == AUTO


def test_what_the_file_no_longer_lets_it_become_is_lost() -> None:
    assert a_standing(AUTO).on(ladder(VETO), "small ones") == VETO
