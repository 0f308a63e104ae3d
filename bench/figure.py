"""Figures by name: each file under bench/figures registers what it measures when it is imported."""

from __future__ import annotations

import importlib
import pkgutil
from collections.abc import Callable, Iterable
from dataclasses import dataclass

import bench.figures
from bench.reading import Reading
from bench.run import Run

_Measure = Callable[[Run], Iterable[Reading]]


class UnknownFigure(Exception):
    """No figure has that name: `python -m bench --list` tells which there are."""


class Unmeasured(Exception):
    """A figure could not be taken; the sentence says why. The other figures go on."""


class NotInstalled(Unmeasured):
    """What a figure is of is not on this machine, and need not be; the sentence says how to get it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Figure:
    """Something that can be measured, beside what it is compared with, within one minute."""

    name: str
    #: takes one round
    measure: Callable[[Run], Iterable[Reading]]
    #: the most that it is taken in, fewer where it is long; as many as are asked for without
    rounds: int | None = None

    @property
    def about(self) -> str:
        """Its first sentence."""
        return (self.measure.__doc__ or "").partition("\n")[0]


_figures: dict[str, Figure] = {}


def figure(name: str, *, once: bool = False, rounds: int | None = None) -> Callable[[_Measure], _Measure]:
    """Register a function that takes one round of the figure `name`, in so many rounds at most."""

    def register(measure: _Measure) -> _Measure:
        if name in _figures:
            raise ValueError(f"Two figures are called {name}.")
        _figures[name] = Figure(name=name, measure=measure, rounds=1 if once else rounds)
        return measure

    return register


def all_figures() -> dict[str, Figure]:
    """Every figure there is, by name, in alphabetical order."""
    for module in pkgutil.iter_modules(bench.figures.__path__, "bench.figures."):
        importlib.import_module(module.name)
    return dict(sorted(_figures.items()))


def chosen(names: Iterable[str]) -> list[Figure]:
    """The figures of these names, all without any; raises UnknownFigure."""
    figures = all_figures()
    for name in (names := list(names)):
        if name not in figures:
            raise UnknownFigure(f"There is no figure {name!r}; there are {', '.join(figures)}.")
    return [figures[name] for name in names or figures]
