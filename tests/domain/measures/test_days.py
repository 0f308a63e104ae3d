"""Days add up to longer times without losing the longest row of approvals."""

from itertools import groupby

from hypothesis import given
from hypothesis import strategies as st

from bot.domain.measures.days import Day, day_of
from bot.domain.status import DecisionType

DECISIONS = st.lists(st.sampled_from(DecisionType), max_size=20)


def longest(decisions: list[DecisionType]) -> int:
    """The longest row without a rejection, counted one by one."""
    rows = groupby(decisions, key=lambda each: each is not DecisionType.REJECT)
    return max((len(list(row)) for approved, row in rows if approved), default=0)


@given(st.lists(DECISIONS, max_size=6))
def test_days_one_after_the_other_are_as_one_long_day(days: list[list[DecisionType]]) -> None:
    whole = Day()
    for day in days:
        whole = whole.then(day_of(day))
    decisions = [each for day in days for each in day]
    assert whole == day_of(decisions)
    assert (whole.votes, whole.longest) == (len(decisions), longest(decisions))
