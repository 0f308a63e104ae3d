"""Figures by name, and the rounds they are taken in."""

from collections.abc import Iterator

import pytest
from rich.text import Text

from bench.figure import Figure, NotInstalled, UnknownFigure, Unmeasured, all_figures, chosen
from bench.reading import Reading, Unit
from bench.results import Results
from bench.rounds import INTERRUPTED, take
from bench.run import POSTGRES, SQLITE, Run


def test_every_figure_says_what_it_is_about() -> None:
    assert "doors" in all_figures()
    assert [each.name for each in all_figures().values() if not each.about.endswith(".")] == []


def test_a_name_that_no_figure_has_is_answered_with_those_there_are() -> None:
    with pytest.raises(UnknownFigure, match=r"'dors'; there are .*doors"):
        chosen(["dors"])


def _noting(order: list[str], name: str, rounds: int | None = None) -> Figure:
    def measure(run: Run) -> Iterator[Reading]:
        order.append(f"{name}{run.round}")
        yield Reading(name=name, value=run.round, unit=Unit.COUNT)

    return Figure(name=name, measure=measure, rounds=rounds)


def _failing(name: str, error: BaseException) -> Figure:
    def measure(run: Run) -> Iterator[Reading]:
        raise error

    return Figure(name=name, measure=measure)


def test_rounds_are_interleaved_and_long_figures_are_taken_in_fewer() -> None:
    order: list[str] = []
    figures = [_noting(order, "a"), _noting(order, "b", 1), _noting(order, "c", 2)]
    taken = take(figures, rounds=3, quick=True, databases=(SQLITE,), tell=lambda told: None)
    assert order[:3] == ["a0", "b0", "c0"]
    assert sorted(order[3:5]) == ["a1", "c1"]  # the shorter one first
    assert order[5:] == ["a2"]
    assert [reading.value for reading in taken.readings()] == [1, 0, 0.5]


def test_no_round_begins_that_would_end_too_late_but_the_first_is_whole() -> None:
    order: list[str] = []
    told: list[str] = []
    figures = [_noting(order, "a"), _noting(order, "b")]
    taken = take(figures, rounds=2, quick=True, databases=(SQLITE,), tell=told.append, minutes=0)
    assert order == ["a0", "b0"]
    assert {"round 2: no time is left for a", "round 2: no time is left for b"} <= set(told)
    assert len(taken.figures) == 2


def test_every_figure_is_told_with_its_turn_and_the_time_so_far() -> None:
    told: list[str] = []
    take([_noting([], "a")], rounds=2, quick=True, databases=(SQLITE,), tell=told.append)
    assert told[1] == "round 2, 1/1: a in 0:00 (0:00 so far)"


@pytest.mark.parametrize("error", [Unmeasured("The server said [/oops]."), ValueError("[/oops]")])
def test_a_figure_that_cannot_be_taken_is_told_and_the_others_go_on(error: Exception) -> None:
    told: list[str] = []
    figures = [_failing("bad", error), _noting([], "good")]
    taken = take(figures, rounds=2, quick=True, databases=(SQLITE,), tell=told.append)
    assert str(error) in taken.untaken["bad"]
    assert [reading.name for reading in taken.readings()] == ["good"]
    assert str(error) in Text.from_markup(told[0]).plain


def test_what_is_not_installed_is_left_out_and_no_failure() -> None:
    figures = [_failing("peers", NotInstalled("Install them with: make peers"))]
    taken = take(figures, rounds=2, quick=True, databases=(SQLITE,), tell=lambda told: None)
    assert (taken.absent, taken.untaken) == ({"peers": "Install them with: make peers"}, {})


def test_what_was_measured_is_kept_after_every_figure_and_told_when_the_run_is_interrupted() -> None:
    kept: list[Results] = []
    figures = [_noting([], "first"), _failing("stopped", KeyboardInterrupt()), _noting([], "last")]
    taken = take(figures, rounds=2, quick=True, databases=(SQLITE,), tell=lambda told: None, keep=kept.append)
    assert [list(each.figures) for each in kept] == [["first"]]
    assert list(taken.figures) == ["first"]
    assert taken.untaken == {"stopped": INTERRUPTED, "last": INTERRUPTED}


def test_what_readers_have_to_know_is_noted_once() -> None:
    def measure(run: Run) -> Iterator[Reading]:
        run.note("One of them did not start.")
        yield Reading(name="a", value=1, unit=Unit.COUNT)

    figures = [Figure(name="a", measure=measure)]
    taken = take(figures, rounds=2, quick=True, databases=(SQLITE,), tell=lambda told: None)
    assert taken.notes == {"a": ["One of them did not start."]}


def test_databases_take_turns_in_going_first() -> None:
    assert Run(round=0).engines == (SQLITE, POSTGRES)
    assert Run(round=1).engines == (POSTGRES, SQLITE)
