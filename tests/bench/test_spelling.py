"""Numbers as they are read."""

import pytest

from bench.reading import Reading, Unit
from bench.spelling import limit, ratio, spelled


@pytest.mark.parametrize(
    ("value", "unit", "text"),
    [
        (10_060.4, Unit.PER_SECOND, "10,060/s"),
        (6.31, Unit.MILLISECONDS, "6.31 ms"),
        (42.04, Unit.MILLISECONDS, "42.0 ms"),
        (0.0353, Unit.MILLISECONDS, "0.0353 ms"),
        (0.248, Unit.SHARE, "25 %"),
        (0.0123, Unit.SHARE, "1.23 %"),
        (1_000_000, Unit.COUNT, "1,000,000"),
    ],
)
def test_a_number_has_as_many_digits_as_it_is_worth(value: float, unit: Unit, text: str) -> None:
    assert spelled(value, unit) == text


def test_a_ratio_well_beyond_one_is_a_multiple() -> None:
    base = Reading(name="echo/cpu", value=100, unit=Unit.MICROSECONDS)
    cpu = Reading(name="intake/cpu", value=384, unit=Unit.MICROSECONDS)
    assert ratio(cpu.beside(base)) == "3.84 ×"
    assert ratio(base) == ""


def test_limits_are_the_ratios_where_there_is_one() -> None:
    base = Reading(name="echo/rate", value=100, unit=Unit.PER_SECOND)
    assert limit(base.beside(base, floor=0.65)) == "≥ 65 %"
    assert limit(Reading(name="p50", value=1, unit=Unit.MILLISECONDS, bound=25)) == "≤ 25 ms"
