"""Readings: ratios within a round, medians over rounds, limits on what is judged."""

import pytest

from bench.reading import Reading, Unit, merge


def rate(value: float, name: str = "intake/rate") -> Reading:
    return Reading(name=name, value=value, unit=Unit.PER_SECOND)


def test_a_ratio_is_of_the_base_that_it_stands_beside() -> None:
    reading = rate(300).beside(rate(1000, "echo/rate"), floor=0.25)
    assert (reading.base, reading.ratio, reading.holds) == ("echo/rate", 0.3, True)


@pytest.mark.parametrize(("value", "holds"), [(249, False), (250, True)])
def test_a_floor_is_the_least_that_the_ratio_may_be(value: float, *, holds: bool) -> None:
    assert rate(value).beside(rate(1000), floor=0.25).holds is holds


@pytest.mark.parametrize(("value", "holds"), [(25, True), (25.1, False)])
def test_a_bound_is_the_most_that_a_value_without_base_may_be(value: float, *, holds: bool) -> None:
    assert Reading(name="p50", value=value, unit=Unit.MILLISECONDS, bound=25).holds is holds


def test_limits_say_which_way_is_better_before_the_unit_does() -> None:
    growth = Reading(name="growth", value=1, unit=Unit.PER_SECOND, bound=1.3)
    kept = Reading(name="kept", value=1, unit=Unit.SHARE, floor=0.5)
    plain = Reading(name="p99", value=1, unit=Unit.MILLISECONDS)
    assert [each.more_is_better for each in (growth, kept, plain, rate(1))] == [False, True, False, True]


def test_rounds_merge_into_medians_of_values_and_of_ratios() -> None:
    pairs = [(100, 1000), (400, 2000), (900, 3000)]
    [merged] = merge(rate(value).beside(rate(base)) for value, base in pairs)
    assert (merged.value, merged.ratio) == (400, 0.2)
    assert merged.rounds == (0.1, 0.2, 0.3)
    assert merged.noise == pytest.approx(0.5)


def test_names_stay_in_the_order_in_which_they_first_came() -> None:
    names = ["echo", "intake", "press", "echo", "press", "intake"]
    assert [each.name for each in merge(rate(1, name) for name in names)] == ["echo", "intake", "press"]


def test_one_round_tells_nothing_about_noise() -> None:
    [merged] = merge([rate(5)])
    assert merged.noise == 0
