"""Comparisons: what got worse beyond the noise, what must not stay like that."""

from dataclasses import replace
from datetime import UTC, datetime

import msgspec
import pytest

from bench.comparison import Change, NotComparable, changes
from bench.reading import Reading, Unit
from bench.results import Results

NOISY = (0.2, 0.25, 0.3)
CALM = (0.25, 0.25, 0.25)


def share(ratio: float, rounds: tuple[float, ...] = CALM, floor: float | None = None) -> Reading:
    return Reading(
        name="intake/rate",
        value=1,
        unit=Unit.PER_SECOND,
        base="echo",
        ratio=ratio,
        rounds=rounds,
        floor=floor,
    )


def took(milliseconds: float) -> Reading:
    return Reading(name="p99", value=milliseconds, unit=Unit.MILLISECONDS)


def of(*readings: Reading, quick: bool = False) -> Results:
    return Results(
        taken_at=datetime(2026, 11, 21, tzinfo=UTC),
        rounds=3,
        quick=quick,
        machine={},
        versions={},
        commit="",
        figures={"doors": list(readings)},
    )


def change(before: Reading, after: Reading) -> Change:
    [found] = changes(of(before), of(after))
    return found


@pytest.mark.parametrize(
    ("before", "after", "worse", "fails"),
    [
        (share(0.50), share(0.45), 0.10, False),
        (share(0.50), share(0.42), 0.16, True),
        (share(0.50), share(0.70), -0.40, False),
        (took(100), took(114), 0.14, False),
        (took(100), took(116), 0.16, True),
        (took(100), took(50), -0.50, False),
    ],
)
def test_more_than_fifteen_per_cent_worse_fails(
    before: Reading, after: Reading, worse: float, *, fails: bool
) -> None:
    found = change(before, after)
    assert found.worse == pytest.approx(worse)
    assert found.fails is fails


def test_what_the_rounds_vary_by_is_no_change() -> None:
    found = change(share(0.25, NOISY), share(0.20, NOISY))
    assert found.worse == pytest.approx(0.2)
    assert not found.is_told
    assert not found.fails


def test_a_limit_that_held_and_no_longer_does_fails_however_small_the_change() -> None:
    assert change(share(0.651, floor=0.65), share(0.649, floor=0.65)).fails


def test_a_limit_that_never_held_does_not_fail_again() -> None:
    assert not change(share(0.25, floor=0.65), share(0.25, floor=0.65)).fails


def test_what_only_one_of_the_two_has_is_not_compared() -> None:
    assert changes(of(share(0.5)), of(took(5))) == []


def test_quick_figures_are_not_compared_with_real_ones() -> None:
    with pytest.raises(NotComparable, match="quick"):
        changes(of(share(0.5), quick=True), of(share(0.5)))


def test_a_base_that_several_figures_measure_is_compared_within_each() -> None:
    def two(first: float, second: float) -> Results:
        return msgspec.structs.replace(of(), figures={"doors": [took(first)], "bolt": [took(second)]})

    found = changes(two(100, 10), two(100, 20))
    assert [(each.name, each.worse) for each in found] == [("doors: p99", 0), ("bolt: p99", 1)]


def test_a_base_and_what_is_not_ours_may_get_slower() -> None:
    echo = Reading(name="echo", value=1000, unit=Unit.PER_SECOND)
    slower = msgspec.structs.replace(of(), figures={"doors": [replace(echo, value=500), share(0.5)]})
    found = {each.name: each for each in changes(of(echo, share(0.5)), slower)}
    assert found["doors: echo"].worse == pytest.approx(0.5)
    assert not found["doors: echo"].fails
    peer = replace(took(100), is_ours=False)
    assert not change(peer, replace(peer, value=200)).fails
