"""The line in front of the writer: what came together, in its order, with what is due before all else."""

import threading

from storage.line import Line


def a_line(*items: str) -> Line[str]:
    """A line with some that wait."""
    line: Line[str] = Line()
    for item in items:
        line.add(item)
    return line


def test_what_came_together_is_taken_together_up_to_a_limit() -> None:
    line = a_line("a", "b", "c")
    assert line.together(lambda: 2) == ["a", "b"]
    assert line.together(lambda: 2) == ["c"]


def test_what_goes_to_the_front_goes_with_the_next_however_many_came_before() -> None:
    line = a_line(*"abcdefgh")
    line.add_to_the_front("due")
    assert line.together(lambda: 3) == ["due", "a", "b"]
    assert line.together(lambda: 9) == [*"cdefgh"]


def test_nothing_is_taken_twice_and_nobody_returns_without_anything() -> None:
    line: Line[str] = Line()
    for item in ("due", "due as well"):
        line.add_to_the_front(item)
    assert line.together(lambda: 1) == ["due", "due as well"]
    threading.Timer(0.05, line.add, ["late"]).start()
    assert line.together(lambda: 1) == ["late"]


def test_what_waits_is_taken_before_the_end_which_stays_the_end() -> None:
    line = a_line("a")
    line.add_to_the_front("due")
    line.end()
    assert line.together(lambda: 1) == ["due", "a"]
    assert line.together(lambda: 9) == []
    only_due: Line[str] = Line()
    only_due.add_to_the_front("due")
    only_due.end()
    assert only_due.together(lambda: 9) == ["due"]
    assert only_due.together(lambda: 9) == []


def test_the_limit_is_asked_for_once_there_is_something_to_take() -> None:
    line: Line[str] = Line()
    came = threading.Event()

    def arrive() -> None:
        came.set()
        line.add("a")

    def most() -> int:
        assert came.is_set()
        return 1

    threading.Timer(0.05, arrive).start()
    assert line.together(most) == ["a"]


def test_how_many_wait_is_told() -> None:
    line = a_line("a", "b")
    assert len(line) == 2
    line.together(lambda: 1)
    assert len(line) == 1
