"""`make bench`: every figure beside what it is measured against, in the same minute on the same machine."""

from __future__ import annotations

import argparse
import signal
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, nullcontext

from rich.markup import escape

from bench.comparison import NotComparable, changes, is_same_machine
from bench.documenting import ROOT, NotForDocuments, document, draw
from bench.figure import UnknownFigure, all_figures, chosen
from bench.results import LATEST, QUICK, NoResults, Results, load, save, saved_at
from bench.rounds import MINUTES, QUICK_ROUNDS, ROUNDS, take
from bench.run import POSTGRES, SQLITE
from bench.telling import change_table, console, figure_table, missed
from tests.postgres import postgres

#: pictures of runs that no document is to show
DRAWN = ROOT / "build" / "bench"

_console = console()


def main(arguments: Sequence[str] | None = None) -> int:
    """Measure, tell, save, compare; 1 when a limit does not hold or, in a comparison, something got worse."""
    given = _arguments(arguments)
    if given.list:
        _list()
        return 0
    try:
        compared = load(given.compare) if given.compare else None
        results = load(given.read) if given.read else _measured(given)
        _tell(results)
        for path in document(results) if given.document else draw(results, DRAWN):
            _console.print(f"Written: {path}")
        return _limits(results) if compared is None else _compared(given.compare, compared, results)
    except (NoResults, NotComparable, NotForDocuments, UnknownFigure) as error:
        _console.print(f"[red]{error}[/]")
        return 2


def _arguments(arguments: Sequence[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m bench", description=__doc__)
    parser.add_argument("names", nargs="*", metavar="NAME", help="figures; all of them without any")
    parser.add_argument("--list", action="store_true", help="tell which figures there are")
    parser.add_argument("--quick", action="store_true", help="show that everything works; says nothing else")
    parser.add_argument(
        "--rounds", type=int, help=f"rounds at most, of which medians are taken; usually {ROUNDS}"
    )
    ending = f"begin no further round that would end later; usually {MINUTES:.0f}"
    parser.add_argument("--minutes", type=float, default=MINUTES, help=ending)
    parser.add_argument("--on", choices=(SQLITE, POSTGRES), help="one database only")
    saved = f"keep the results in bench/results/LABEL.json, after every figure; usually {LATEST}"
    parser.add_argument("--save", metavar="LABEL", help=saved)
    parser.add_argument("--read", metavar="LABEL", help="take saved results and measure nothing")
    parser.add_argument("--document", action="store_true", help="write tables and pictures into docs/")
    parser.add_argument("--compare", metavar="LABEL", help="tell what got slower since these saved results")
    return parser.parse_args(arguments)


def _list() -> None:
    for figure in all_figures().values():
        _console.print(f"[bold]{figure.name:<14}[/] {figure.about}")


def _measured(given: argparse.Namespace) -> Results:
    if given.quick and given.document:
        raise NotForDocuments("Quick figures say nothing: leave --quick out to write documents.")
    figures = chosen(given.names)
    path = saved_at(given.save or (QUICK if given.quick else LATEST))
    _console.print(f"Kept after every figure: {path}")
    databases = (given.on,) if given.on else (SQLITE, POSTGRES)
    rounds = given.rounds or (QUICK_ROUNDS if given.quick else ROUNDS)
    # Held here, or every figure would start a server of its own.
    with _interruptible(), postgres("bench", durable=True) if POSTGRES in databases else nullcontext():
        return take(
            figures,
            rounds=rounds,
            quick=given.quick,
            databases=databases,
            tell=_console.print,
            keep=lambda results: save(results, path),
            minutes=given.minutes,
        )


@contextmanager
def _interruptible() -> Iterator[None]:
    """Whoever ends the run by its process id gets what was measured, as at the keyboard."""

    def interrupt(*_: object) -> None:
        raise KeyboardInterrupt

    before = signal.signal(signal.SIGTERM, interrupt)
    try:
        yield
    finally:
        signal.signal(signal.SIGTERM, before)


def _tell(results: Results) -> None:
    for name, readings in results.figures.items():
        rounds = max(len(each.rounds) for each in readings)
        kind = "quick, says nothing" if results.quick else f"rounds: {rounds}"
        _console.print(figure_table(f"{name}, {kind}", readings))
    for name, why in (results.untaken | results.absent).items():
        _console.print(f"[yellow]{name}: not measured. {escape(why)}[/]")


def _limits(results: Results) -> int:
    sentences = missed(results.readings())
    for sentence in sentences:
        _console.print(f"[red]{sentence}[/]")
    return int(bool(results.untaken) or (bool(sentences) and not results.quick))


def _compared(label: str, before: Results, after: Results) -> int:
    found = changes(before, after)
    if not is_same_machine(before, after):
        _console.print(f"{label} was measured on another machine: only ratios compare.")
        found = [change for change in found if change.after.ratio is not None]
    _console.print(change_table(label, found))
    return int(bool(after.untaken) or any(change.fails for change in found))


if __name__ == "__main__":
    sys.exit(main())
