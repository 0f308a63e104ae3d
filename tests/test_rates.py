"""Buckets of tokens: how often somebody may come, and how little is remembered of who does not."""

from fractions import Fraction

from hypothesis import given
from hypothesis import strategies as st

from bot.rates import Rate, Rates


class Hand:
    """A clock that is moved."""

    def __init__(self) -> None:
        self.at = 1_000.0

    def __call__(self) -> float:
        return self.at


def test_a_full_bucket_gives_its_burst_and_then_says_when_to_come_again() -> None:
    hand = Hand()
    rates = Rates(Rate(per_second=2, burst=3), now=hand)

    assert [rates.take("a") for _ in range(4)] == [0, 0, 0, 0.5]
    hand.at += 0.5
    assert [rates.take("a"), rates.take("a")] == [0, 0.5]


def test_one_persons_bucket_is_not_anothers() -> None:
    rates = Rates(Rate(per_second=1, burst=1), now=Hand())

    assert [rates.take("a"), rates.take("b"), rates.take("a")] == [0, 0, 1]


def test_being_refused_takes_nothing() -> None:
    hand = Hand()
    rates = Rates(Rate(per_second=1, burst=1), now=hand)

    assert [rates.take("a") for _ in range(5)] == [0, 1, 1, 1, 1]
    hand.at += 1
    assert rates.take("a") == 0


def test_without_a_rate_everybody_may_always_come_and_nobody_is_remembered() -> None:
    rates = Rates(None)

    assert {rates.take("a") for _ in range(1000)} == {0}
    assert len(rates) == 0


def test_who_has_a_full_bucket_again_is_forgotten() -> None:
    hand = Hand()
    rates = Rates(Rate(per_second=1, burst=5), now=hand, most=100)
    for number in range(100):
        rates.take(str(number))
    hand.at += 1

    rates.take("another")

    assert len(rates) == 1


def test_of_very_many_those_are_remembered_who_came_most() -> None:
    rates = Rates(Rate(per_second=1, burst=5), now=Hand(), most=100)
    for _ in range(5):
        rates.take("flooding")

    for number in range(10_000):
        rates.take(str(number))
        assert len(rates) <= 100

    assert rates.take("flooding") > 0


@given(
    gaps=st.lists(st.integers(0, 3_000), min_size=1, max_size=200),
    burst=st.integers(1, 20),
    per_second=st.sampled_from([0.5, 1, 2, 4, 8]),
)
def test_property_never_more_than_the_burst_and_the_rate_allow(
    gaps: list[int], burst: int, per_second: float
) -> None:
    hand = Hand()
    rates = Rates(Rate(per_second=per_second, burst=burst), now=hand)
    begun, taken = hand.at, 0
    for gap in gaps:
        hand.at += gap / 1024
        taken += rates.take("a") == 0
        assert taken <= burst + Fraction(hand.at - begun) * Fraction(per_second)
