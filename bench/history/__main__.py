"""`python -m bench.history`: make a year up, measure it, say whether what was planted is found, how fast.

Runs on SQLite and on a PostgreSQL of its own, each in a temporary place that is gone afterwards.
"""

from __future__ import annotations

import argparse
import sys
import tempfile
import time
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

from rich.console import Console
from rich.progress import Progress
from sqlalchemy import Connection, Engine

from bench.history.company import YEAR, Scale
from bench.history.filling import SEED, fill
from bench.history.measuring import roll, whole
from bench.history.pages import page_times
from bench.history.planted import differences
from bot.domain.directory import Directory
from bot.domain.measures.query import Behind, Dimension, Page, Query
from storage.engine import read_engine, write_engine
from storage.measure_findings import findings
from storage.measure_reports import report
from storage.measure_requests import requests_behind
from storage.migrate import migrate
from storage.terms_book import TermsBook
from tests.postgres import postgres

#: seconds within which every page of numbers has to be there
FLOOR = 1.0

_console = Console(width=110, highlight=False)


def main() -> int:
    """Make it, measure it, print what came of it; 1 when anything is not as it should be."""
    parser = argparse.ArgumentParser(prog="python -m bench.history", description=__doc__)
    parser.add_argument("--requests", type=int, default=YEAR.requests)
    parser.add_argument("--seed", type=int, default=SEED)
    parser.add_argument("--on", choices=("sqlite", "postgres", "both"), default="both")
    given = parser.parse_args()
    scale = replace(YEAR, requests=given.requests)
    engines = ("sqlite", "postgres") if given.on == "both" else (given.on,)
    return max(_run(engine, scale, given.seed) for engine in engines)


def _run(engine: str, scale: Scale, seed: int) -> int:
    with _database(engine) as url:
        migrate(url)
        reads, writes = read_engine(url), write_engine(url)
        _console.print(f"[bold]{engine}[/]: {scale.requests:,} requests in {scale.weeks} weeks, seed {seed}")
        _timed("made up", fill(writes, scale, seed), scale.requests, adds=False)
        with writes.connect() as connection:
            connection.exec_driver_sql("ANALYZE")
            connection.commit()
        _timed("measured", roll(reads, writes), scale.requests, adds=True)
        wrong = list(_looked_at(reads, whole(scale)))
        reads.dispose()
        writes.dispose()
        wrong += _pages_looked_at(url, scale)
    for sentence in wrong:
        _console.print(f"  [red]{sentence}[/]")
    return int(bool(wrong))


def _timed(what: str, steps: Iterable[int], total: int, *, adds: bool) -> None:
    """Go through the steps with a bar, and say how long they took."""
    began = time.perf_counter()
    with Progress(console=_console, transient=True) as progress:
        task = progress.add_task(what, total=total)
        for done in steps:
            progress.update(task, advance=done) if adds else progress.update(task, completed=done)
    took = time.perf_counter() - began
    _console.print(f"  {what} in {took:.0f} s, {total / took:,.0f} a second")


def _looked_at(reads: Engine, query: Query) -> Iterator[str]:
    """Ask everything; what is not as it should be, as sentences."""
    with reads.connect() as connection:
        slowest, found = 0.0, None
        for name, ask in _pages(connection, query):
            took, answer = min((_asked(ask) for _ in range(3)), key=lambda each: each[0])
            slowest = max(slowest, took)
            found = answer if name == "findings" else found
            _console.print(f"  {name:<38}{1000 * took:7.0f} ms")
        if slowest > FLOOR:
            yield f"The slowest answer took {slowest:.2f} s."
        yield from differences(found)  # type: ignore[arg-type]  # the findings are among the pages
        cells = connection.exec_driver_sql("SELECT count(*) FROM measure_week").scalar()
        _console.print(f"  {cells:,} sums, total {report(connection, query).total.submitted:,}")


def _pages_looked_at(url: str, scale: Scale) -> list[str]:
    """Open every page of the dashboard; which of them are too slow."""
    with tempfile.TemporaryDirectory(prefix="placet-pages-") as folder:
        times = page_times(url, Path(folder), scale)
    for name, took in times:
        _console.print(f"  page {name:<33}{1000 * took:7.0f} ms")
    return [f"The page {name} took {took:.2f} s." for name, took in times if took > FLOOR]


def _pages(connection: Connection, query: Query) -> Iterator[tuple[str, Callable[[], object]]]:
    yield "total", lambda: report(connection, query)
    for by in Dimension:
        yield f"by {by}", lambda by=by: report(connection, replace(query, by=by))  # type: ignore[misc]  # bound now
    yield "by rule, week by week", lambda: report(connection, replace(query, by=Dimension.RULE, weekly=True))
    yield "findings", lambda: findings(connection, query, Directory(), TermsBook())
    page = Page(behind=Behind.ERRORS)
    yield "requests behind errors", lambda: requests_behind(connection, query, page)
    narrow = query.narrowed(Dimension.REVIEWER, "reviewer-01")
    hasty = Page(behind=Behind.HASTY)
    yield "requests behind one's hasty approvals", lambda: requests_behind(connection, narrow, hasty)


def _asked(ask: Callable[[], object]) -> tuple[float, object]:
    began = time.perf_counter()
    answer = ask()
    return time.perf_counter() - began, answer


@contextmanager
def _database(engine: str) -> Iterator[str]:
    if engine == "sqlite":
        with tempfile.TemporaryDirectory(prefix="placet-history-") as folder:
            yield f"sqlite:///{Path(folder) / 'placet.db'}"
        return
    with postgres("history", durable=True) as server:
        url = server.create("history")
        yield url
        server.drop("history")


if __name__ == "__main__":
    sys.exit(main())
