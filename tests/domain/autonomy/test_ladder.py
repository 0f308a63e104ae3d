"""What a rule can be moved on."""

from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.domain.autonomy.ladder import GATED, ORDER, Rung, ladder
from bot.domain.status import Mode

VETO = Rung(mode=Mode.VETO, window=timedelta(minutes=10))
SHORT = Rung(mode=Mode.VETO, window=timedelta(minutes=1))
NOTIFY, AUTO = Rung(mode=Mode.NOTIFY), Rung(mode=Mode.AUTO)
ALL = (GATED, VETO, SHORT, NOTIFY, AUTO)


def test_the_gate_is_below_every_rule() -> None:
    its = ladder(NOTIFY, [AUTO])
    assert its.rungs == (GATED, NOTIFY, AUTO)
    assert (its.below(NOTIFY), its.above(NOTIFY)) == (GATED, AUTO)


def test_a_rule_that_names_no_more_stays_where_it_is_or_goes_down() -> None:
    its = ladder(AUTO)
    assert (its.above(AUTO), its.below(AUTO), its.below(GATED)) == (None, GATED, None)


def test_a_shorter_window_lets_more_run() -> None:
    assert ladder(GATED, [VETO, SHORT]).rungs == (GATED, VETO, SHORT)
    with pytest.raises(ValueError, match="veto lets no more run than veto"):
        ladder(SHORT, [VETO])


@pytest.mark.parametrize("further", [[GATED], [AUTO, NOTIFY], [VETO, VETO]])
def test_every_step_lets_more_run(further: list[Rung]) -> None:
    with pytest.raises(ValueError, match="lets no more run"):
        ladder(GATED, further)


@given(st.sampled_from(ALL), st.sampled_from(ALL))
def test_of_two_rungs_at_most_one_is_above(one: Rung, other: Rung) -> None:
    assert not (one.is_above(other) and other.is_above(one))
    assert one.is_above(other) or other.is_above(one) or one == other


@given(st.lists(st.sampled_from(ALL), unique=True, min_size=1))
def test_going_up_and_down_again_ends_where_it_began(rungs: list[Rung]) -> None:
    order = sorted(rungs, key=lambda rung: (ORDER.index(rung.mode), -(rung.window or timedelta()).seconds))
    its = ladder(order[0], order[1:])
    for rung in its.rungs[:-1]:
        above = its.above(rung)
        assert above is not None
        assert its.below(above) == rung
