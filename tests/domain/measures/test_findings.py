"""Findings: what is told of, and what is left to chance."""

from datetime import date, timedelta

import pytest

from bot.domain.measures.calibration import calibration
from bot.domain.measures.ceremonies import Gate, ceremonies
from bot.domain.measures.drift import Version, drifts
from bot.domain.measures.findings import Bin, Signal
from bot.domain.measures.loads import load, overloads
from bot.domain.measures.rate import Rate
from bot.domain.measures.stamping import Votes, rubber_stamps, suspects

FIRST = date(2026, 3, 2)


def version(name: str, clean: int, of: int, weeks: int = 0) -> Version:
    """A version that began so many weeks later."""
    rate = Rate(hits=clean, of=of)
    since = FIRST + timedelta(weeks=weeks)
    return Version(agent="bot", action="refund.issue", version=name, since=since, clean=rate)


def test_a_version_that_does_worse_than_the_one_before_is_told_of() -> None:
    [found] = drifts([version("2", 140, 200, weeks=3), version("1", 180, 200)])
    assert (found.version, found.before, found.too_few) == ("2", "1", False)
    assert found.difference == pytest.approx(-0.2)
    assert found.low < -0.2 < found.high < 0
    assert "worse" in found.sentence


def test_a_difference_that_chance_explains_is_no_drift() -> None:
    assert drifts([version("1", 180, 200), version("2", 172, 200, weeks=3)]) == ()


def test_a_difference_too_small_to_matter_is_no_drift_however_certain() -> None:
    assert drifts([version("1", 90_000, 100_000), version("2", 87_000, 100_000, weeks=3)]) == ()


def test_with_few_decisions_it_is_said_that_there_are_too_few() -> None:
    [found] = drifts([version("1", 180, 200), version("2", 1, 9, weeks=3)])
    assert found.too_few
    assert (found.p, found.low, found.high) == (1.0, -1.0, 1.0)
    assert "Too few" in found.sentence


def test_a_version_is_compared_with_the_last_one_that_enough_is_known_of() -> None:
    found = drifts([version("1", 180, 200), version("2", 9, 9, weeks=1), version("3", 140, 200, weeks=2)])
    assert [(each.version, each.before, each.too_few) for each in found] == [
        ("3", "1", False),
        ("2", "1", True),
    ]


def a_bin(stated: float, hits: int, of: int) -> Bin:
    """Requests that stated about this."""
    return Bin(from_=stated - 0.05, until=stated + 0.05, stated=stated, clean=Rate(hits=hits, of=of))


def test_confidence_that_comes_true_can_be_relied_on() -> None:
    found = calibration("bot", "a", [a_bin(0.65, 130, 200), a_bin(0.95, 188, 200)], squares=60.0)
    assert not found.is_off
    assert found.brier == pytest.approx(0.15)
    assert found.ece == pytest.approx(0.005)
    assert found.certain == 0.0


def test_confidence_that_is_too_high_is_told_of() -> None:
    found = calibration("bot", "a", [a_bin(0.95, 120, 200)], squares=70.0)
    assert found.is_off
    assert found.ece == pytest.approx(0.35)
    assert 0.25 < found.certain < found.ece
    assert "too high" in found.sentence


def test_a_few_judged_requests_say_nothing_of_confidence() -> None:
    found = calibration("bot", "a", [a_bin(0.95, 1, 20)], squares=15.0)
    assert found.too_few
    assert not found.is_off


@pytest.mark.parametrize(
    ("clean", "of", "is_found"), [(999, 1000, True), (985, 1000, False), (60, 60, False)]
)
def test_a_gate_is_ceremonial_when_nearly_all_passes_for_certain(
    clean: int, of: int, *, is_found: bool
) -> None:
    gate = Gate(action="a", rule="r", clean=Rate(hits=clean, of=of), deliberation=30.0)
    found = ceremonies([gate])
    assert bool(found) is is_found
    assert [each.spent for each in found] == ([30.0 * of] if is_found else [])


def test_who_decides_too_much_on_many_days_is_overloaded() -> None:
    days = {"ann": [100] * 6 + [20] * 4, "ben": [100] * 4 + [20] * 30, "cat": [79] * 50}
    found = overloads(days, [load(person, per_day, 3) for person, per_day in days.items()])
    assert [(each.reviewer, each.days_over, each.most, each.waiting) for each in found] == [
        ("ann", 6, 100, 3)
    ]


def test_a_load_without_decisions_is_what_waits() -> None:
    assert (load("dan", (), 4).per_day, load("dan", (), 4).waiting) == (0.0, 4)


def votes(reviewer: str, **changes: object) -> Votes:
    """A reviewer who takes their time and rejects every fifth."""
    given: dict[str, object] = {"approved": 160, "rejected": 40, "timed": 100, "hasty": 2, "streak": 12}
    given |= {"proved": 150, "went_wrong": 2}
    return Votes(reviewer=reviewer, action="a", **(given | changes))  # type: ignore[arg-type]  # its fields


OTHERS = [votes("ann"), votes("ben"), votes("cat")]


def test_reviewers_who_look_are_not_told_of() -> None:
    assert rubber_stamps(OTHERS) == ()
    assert suspects(OTHERS) == set()


def test_who_approves_faster_than_anybody_reads_is_told_of() -> None:
    stamper = votes("dan", hasty=80)
    [found] = rubber_stamps([*OTHERS, stamper])
    assert (found.reviewer, found.signals) == ("dan", (Signal.HASTY,))
    assert found.hasty == Rate(hits=80, of=100)


def test_a_long_row_of_approvals_alone_is_no_reason_to_accuse() -> None:
    lucky = votes("dan", approved=200, rejected=0, streak=200)
    assert suspects([*OTHERS, lucky]) == {"dan"}
    assert rubber_stamps([*OTHERS, lucky]) == ()


def test_a_long_row_whose_approvals_go_wrong_is() -> None:
    careless = votes("dan", approved=200, rejected=0, streak=200, went_wrong=30)
    [found] = rubber_stamps([*OTHERS, careless])
    assert found.signals == (Signal.STREAK, Signal.WRONG)
    assert found.streak == 200


def test_who_finds_nothing_in_samples_where_others_do_agrees_too_easily() -> None:
    others = [votes(name, sampled=200, disagreed=40) for name in ("ann", "ben", "cat")]
    easy = votes("dan", sampled=200, disagreed=0, went_wrong=30)
    [found] = rubber_stamps([*others, easy])
    assert found.signals == (Signal.WRONG, Signal.AGREES)
