"""The size of a batch: all that waits, and a moment's worth near a timer."""

from itertools import pairwise

from storage.batch_size import BATCH, LEAST, MOMENT, BatchSize


def a_size(*, each_ms: float, of: int = 50) -> BatchSize:
    """What is known when each command took so many milliseconds."""
    size = BatchSize()
    for _ in range(30):
        size.took(of, of * each_ms / 1000)
    return size


def test_without_a_timer_to_come_everything_goes_together() -> None:
    assert a_size(each_ms=5).most(None) == BATCH
    assert a_size(each_ms=0.5).most(3600.0) == BATCH


def test_a_batch_is_over_when_the_next_timer_is_due() -> None:
    assert a_size(each_ms=0.5).most(0.04) == 80
    assert a_size(each_ms=1).most(0.04) == 40


def test_what_is_due_now_or_at_once_still_leaves_a_moment_for_the_others() -> None:
    for due_in in (MOMENT / 10, 0.0, -60.0):
        assert a_size(each_ms=0.5).most(due_in) == round(MOMENT / 0.0005)


def test_a_batch_is_never_so_small_that_it_costs_more_than_it_hurries() -> None:
    assert a_size(each_ms=50).most(0.0) == LEAST


def test_the_first_transaction_is_not_bounded_by_what_nobody_knows() -> None:
    assert BatchSize().most(0.0) == BATCH


def test_a_disk_that_gets_slower_makes_batches_smaller_step_by_step() -> None:
    size = a_size(each_ms=0.5)
    found = [size.most(0.0)]
    for _ in range(20):
        size.took(found[-1], found[-1] * 0.001)
        found.append(size.most(0.0))

    assert found[0] == round(MOMENT / 0.0005)
    assert all(later <= earlier for earlier, later in pairwise(found))
    assert found[-1] == max(LEAST, round(MOMENT / 0.001))
