"""Sampling: a draw that nobody steers and anybody can repeat."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.domain.ids import REQUEST, new_id
from bot.domain.lifecycle import open_request
from bot.domain.sampling import chance, draw
from bot.domain.status import Mode, Status
from tests.builders import a_request, facts


@given(st.text(max_size=40), st.text(max_size=40))
def test_a_draw_is_a_share_and_the_same_again(request_id: str, rule: str) -> None:
    assert 0 <= draw(request_id, rule) < 1
    assert draw(request_id, rule) == draw(request_id, rule)


def test_a_tenth_is_about_a_tenth_and_another_for_every_rule() -> None:
    ids = [new_id(REQUEST) for _ in range(4000)]

    drawn = {each for each in ids if draw(each, "small-credit") < 0.1}
    other = {each for each in ids if draw(each, "small-refund") < 0.1}

    assert 300 < len(drawn) < 500
    assert len(drawn & other) < 100


@pytest.mark.parametrize(
    ("share", "confidence", "thresholds", "expected"),
    [
        (0.1, None, (0.8,), 0.1),
        (0.1, 0.95, (0.8,), 0.1),
        (0.1, 0.9, (0.8,), 0.2),
        (0.1, 0.7, (0.8,), 0.2),
        (0.1, 0.7, (), 0.1),
        (0.1, 0.5, (0.9, 0.45), 0.2),
        (0.7, 0.8, (0.8,), 1.0),
        (0.0, 0.8, (0.8,), 0.0),
    ],
)
def test_close_calls_are_drawn_twice_as_often(
    share: float, confidence: float | None, thresholds: tuple[float, ...], expected: float
) -> None:
    assert chance(share, confidence, thresholds) == expected


@pytest.mark.parametrize("mode", [Mode.AUTO, Mode.NOTIFY, Mode.VETO])
def test_a_request_that_is_drawn_says_so_and_runs_all_the_same(mode: Mode) -> None:
    drawn = open_request(a_request(mode=mode, irreversible=False, sample=1.0), facts())

    assert drawn.request.proposal.ruling.sampled
    assert drawn.request.status is (Status.PENDING if mode is Mode.VETO else Status.APPROVED)


def test_nothing_is_drawn_of_what_people_decide_anyway() -> None:
    gated = open_request(a_request(mode=Mode.AUTO, irreversible=True, sample=1.0), facts())

    assert not gated.request.proposal.ruling.sampled
    assert gated.request.proposal.ruling.sample == 0
