"""Taking figures round by round, so that a machine whose speed drifts drifts for all of them."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence

import aiohttp
import psycopg
from rich.markup import escape

from bench.figure import Figure, Unmeasured
from bench.reading import Reading, merge
from bench.results import Results, results
from bench.run import Run

#: what may go wrong in one figure without saying anything about the others
_OUTSIDE = (Unmeasured, OSError, aiohttp.ClientError, psycopg.Error)

ROUNDS = 3
QUICK_ROUNDS = 1


def take(
    figures: Sequence[Figure],
    *,
    rounds: int,
    quick: bool,
    databases: tuple[str, ...],
    tell: Callable[[str], None],
) -> Results:
    """All figures, all rounds; a figure that cannot be taken is told, and left out of the rounds after it."""
    taken: dict[str, list[Reading]] = {figure.name: [] for figure in figures}
    untaken: dict[str, str] = {}
    for number in range(rounds):
        run = Run(round=number, quick=quick, databases=databases)
        for figure in figures:
            if figure.name in untaken or (figure.once and number):
                continue
            began = time.perf_counter()
            try:
                taken[figure.name] += figure.measure(run)
            except _OUTSIDE as error:
                untaken[figure.name] = str(error)
                tell(f"[red]{figure.name} could not be taken: {escape(str(error))}[/]")
            else:
                tell(f"round {number + 1}: {figure.name} in {time.perf_counter() - began:.0f} s")
    merged = {name: merge(readings) for name, readings in taken.items()}
    return results(merged, rounds=rounds, quick=quick, untaken=untaken)
