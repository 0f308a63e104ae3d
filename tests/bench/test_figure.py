"""Figures by name, and the rounds they are taken in."""

from collections.abc import Iterator

import pytest
from rich.text import Text

from bench.figure import Figure, UnknownFigure, Unmeasured, all_figures, chosen
from bench.reading import Reading, Unit
from bench.rounds import take
from bench.run import POSTGRES, SQLITE, Run


def test_every_figure_says_what_it_is_about() -> None:
    assert "doors" in all_figures()
    assert [each.name for each in all_figures().values() if not each.about.endswith(".")] == []


def test_a_name_that_no_figure_has_is_answered_with_those_there_are() -> None:
    with pytest.raises(UnknownFigure, match=r"'dors'; there are .*doors"):
        chosen(["dors"])


def test_rounds_are_interleaved_and_long_figures_are_taken_once() -> None:
    order: list[str] = []

    def noting(name: str, *, once: bool) -> Figure:
        def measure(run: Run) -> Iterator[Reading]:
            order.append(f"{name}{run.round}")
            yield Reading(name=name, value=run.round, unit=Unit.COUNT)

        return Figure(name=name, measure=measure, once=once)

    figures = [noting("a", once=False), noting("b", once=True)]
    taken = take(figures, rounds=3, quick=True, databases=(SQLITE,), tell=order.append)
    assert [each for each in order if not each.startswith("round")] == ["a0", "b0", "a1", "a2"]
    assert [reading.value for reading in taken.readings()] == [1, 0]


def test_a_figure_that_cannot_be_taken_is_told_and_the_others_go_on() -> None:
    def fails(run: Run) -> Iterator[Reading]:
        raise Unmeasured("The server said [/oops].")

    def works(run: Run) -> Iterator[Reading]:
        yield Reading(name="works", value=1, unit=Unit.COUNT)

    told: list[str] = []
    figures = [Figure(name="bad", measure=fails, once=False), Figure(name="good", measure=works, once=False)]
    taken = take(figures, rounds=2, quick=True, databases=(SQLITE,), tell=told.append)
    assert taken.untaken == {"bad": "The server said [/oops]."}
    assert [reading.name for reading in taken.readings()] == ["works"]
    assert "The server said [/oops]." in Text.from_markup(told[0]).plain


def test_databases_take_turns_in_going_first() -> None:
    assert Run(round=0).engines == (SQLITE, POSTGRES)
    assert Run(round=1).engines == (POSTGRES, SQLITE)
