"""Each target for half a second, with everything that was ever found."""

import pytest
from hypothesis import strategies as st

from tests.fuzzing.target import Target, Tried, try_for
from tests.fuzzing.targets import TARGETS

SECONDS = 0.5


@pytest.mark.parametrize("target", TARGETS, ids=lambda target: target.name)
def test_whatever_comes_in_is_taken_or_refused(target: Target) -> None:
    tried = try_for(target, SECONDS)
    assert tried.found == {}
    assert tried.inputs > len(target.known)
    assert len(tried.taken) > 1, "all of it was taken in one way, so that little was tried"


def test_what_goes_wrong_is_found_and_told_with_its_input() -> None:
    def check(value: int) -> str:
        assert value < 40
        return "small"

    tried: Tried = try_for(Target(name="numbers", inputs=st.integers(0, 100), check=check), 0.2)
    assert list(tried.found.values()) == ["40"]
