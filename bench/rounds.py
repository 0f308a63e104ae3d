"""Taking figures round by round, so that a machine whose speed drifts drifts for all of them."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from math import inf

from rich.markup import escape

from bench.figure import Figure, NotInstalled, Unmeasured
from bench.reading import Reading, merge
from bench.results import Results, results
from bench.run import Run

ROUNDS = 3
QUICK_ROUNDS = 1
#: after which no round begins that would end later, the first round excepted
MINUTES = 24.0
#: what is said of the figures that an interrupted run had no round of
INTERRUPTED = "The run was interrupted before."

_Tell = Callable[[str], None]
_Keep = Callable[[Results], object]


def take(
    figures: Sequence[Figure],
    *,
    rounds: int,
    quick: bool,
    databases: tuple[str, ...],
    tell: _Tell,
    keep: _Keep = lambda results: None,
    minutes: float = inf,
) -> Results:
    """All figures in one round, and in as many more as `minutes` leave time for, the shortest first.

    `keep` is handed what there is after every figure. A figure that cannot be taken is told, and left out of
    the rounds after it. Whoever interrupts the run gets what was measured until then.
    """
    taking = _Taking(rounds=rounds, quick=quick, databases=databases, tell=tell)
    try:
        for number in range(rounds):
            turns = _turns(figures, number, taking)
            for turn, figure in enumerate(turns, 1):
                if number and taking.elapsed + taking.took[figure.name] > minutes * 60:
                    tell(f"round {number + 1}: no time is left for {figure.name}")
                    continue
                taking.take(figure, number, f"round {number + 1}, {turn}/{len(turns)}")
                keep(taking.results())
    except KeyboardInterrupt:
        tell("[red]Interrupted: what was measured until now follows.[/]")
        taking.untaken |= {each.name: INTERRUPTED for each in figures if each.name not in taking.ended}
    return taking.results()


def _turns(figures: Sequence[Figure], number: int, taking: _Taking) -> list[Figure]:
    """The figures of a round."""
    some = [each for each in figures if each.rounds is None or number < each.rounds]
    if not number:
        return some
    return sorted(
        (each for each in some if each.name in taking.took), key=lambda each: taking.took[each.name]
    )


class _Taking:
    """What a run has measured so far."""

    def __init__(self, *, rounds: int, quick: bool, databases: tuple[str, ...], tell: _Tell) -> None:
        self._rounds, self._quick, self._databases, self._tell = rounds, quick, databases, tell
        self._began = time.perf_counter()
        self._taken: dict[str, list[Reading]] = {}
        self._absent: dict[str, str] = {}
        self._notes: dict[str, list[str]] = {}
        self.untaken: dict[str, str] = {}
        #: figures that had a round, whatever came of it
        self.ended: set[str] = set()
        #: seconds of the latest round of each that could be taken
        self.took: dict[str, float] = {}

    @property
    def elapsed(self) -> float:
        """Seconds since the run began."""
        return time.perf_counter() - self._began

    def take(self, figure: Figure, number: int, turn: str) -> None:
        """One figure, one round."""
        name = figure.name
        self.took.pop(name, None)
        began = time.perf_counter()
        try:
            self._taken.setdefault(name, []).extend(figure.measure(self._run(name, number)))
        except NotInstalled as error:
            self._absent[name] = str(error)
            self._tell(f"[yellow]{name} is left out: {escape(str(error))}[/]")
        except Unmeasured as error:
            self._failed(name, str(error))
        except Exception as error:  # noqa: BLE001 (a mistake in one figure must not lose the others)
            self._failed(name, f"{type(error).__name__}: {error}")
        else:
            self.took[name] = time.perf_counter() - began
            self._tell(f"{turn}: {name} in {_minutes(self.took[name])} ({_minutes(self.elapsed)} so far)")
        self.ended.add(name)

    def results(self) -> Results:
        """All of it, merged."""
        return results(
            {name: merge(readings) for name, readings in self._taken.items() if readings},
            rounds=self._rounds,
            quick=self._quick,
            untaken=dict(self.untaken),
            absent=dict(self._absent),
            notes=self._notes,
        )

    def _run(self, name: str, number: int) -> Run:
        return Run(
            round=number,
            quick=self._quick,
            databases=self._databases,
            note=lambda sentence: self._note(name, sentence),
        )

    def _note(self, name: str, sentence: str) -> None:
        notes = self._notes.setdefault(name, [])
        if sentence not in notes:
            notes.append(sentence)
            self._tell(f"[yellow]{name}: {escape(sentence)}[/]")

    def _failed(self, name: str, why: str) -> None:
        self.untaken[name] = why
        self._tell(f"[red]{name} could not be taken: {escape(why)}[/]")


def _minutes(passed: float) -> str:
    """Seconds, as minutes and seconds."""
    minutes, seconds = divmod(round(passed), 60)
    return f"{minutes}:{seconds:02}"
