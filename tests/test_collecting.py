"""The garbage collector of a serving process: it leaves the start alone and still finds new cycles."""

import gc
import weakref
from collections.abc import Iterator

import pytest

from bot.collecting import YOUNG, collect_seldom


class Knot:
    """Something that only the collector can free."""

    def __init__(self) -> None:
        self.itself = self


@pytest.fixture(autouse=True)
def _as_before() -> Iterator[None]:
    thresholds = gc.get_threshold()
    yield
    gc.unfreeze()
    gc.set_threshold(*thresholds)


def test_what_the_start_made_is_not_looked_at_again() -> None:
    collect_seldom()
    assert gc.get_freeze_count() > len(gc.get_objects())


def test_a_new_cycle_is_still_found() -> None:
    collect_seldom()
    knot = weakref.ref(Knot())
    kept = [[number] for number in range(2 * YOUNG)]
    assert kept
    assert knot() is None


def test_a_batch_is_made_without_a_collection() -> None:
    collect_seldom()
    before = gc.get_stats()[0]["collections"]
    kept = [[number] for number in range(YOUNG // 2)]
    assert kept
    assert gc.get_stats()[0]["collections"] == before
