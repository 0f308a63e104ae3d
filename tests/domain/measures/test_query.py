"""Queries that can be answered, and those that cannot."""

from datetime import date

import pytest

from bot.domain.errors import Invalid
from bot.domain.measures.period import Period
from bot.domain.measures.query import EVERYTHING, Dimension, Query

PERIOD = Period.last(4, date(2026, 3, 4))


def test_a_query_is_narrowed_to_what_its_row_stands_for() -> None:
    query = Query(period=PERIOD, eyes=EVERYTHING, by=Dimension.RULE, where={Dimension.AGENT: "a"})
    assert query.narrowed(Dimension.RULE, "r").where == {Dimension.AGENT: "a", Dimension.RULE: "r"}


@pytest.mark.parametrize("other", [Dimension.CHANNEL, Dimension.MODE, Dimension.POLICY_VERSION])
def test_reviewers_are_not_told_apart_by_what_single_votes_do_not_know(other: Dimension) -> None:
    with pytest.raises(Invalid, match=other.value):
        Query(period=PERIOD, eyes=EVERYTHING, by=Dimension.REVIEWER, where={other: "x"})


def test_reviewers_are_told_apart_by_rule_agent_action_and_week() -> None:
    for other in (Dimension.RULE, Dimension.AGENT, Dimension.ACTION, Dimension.WEEK):
        Query(period=PERIOD, eyes=EVERYTHING, by=other, where={Dimension.REVIEWER: "ann"})
