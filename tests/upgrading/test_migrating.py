"""Bringing the first release's database to this schema: by many at once, and killed in the middle of it."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest
from sqlalchemy import create_engine, inspect, text

from storage.engine import normalized
from storage.migrate import latest
from tests.upgrading.restoring import restore

FIRST = "0.1.0"

_MIGRATE = "import sys; from storage.migrate import migrate; print(*migrate(sys.argv[1]))"

#: dies right after having sent the statement of that number
_DIE = """
import os, signal, sys
from sqlalchemy import Engine, event
left = int(sys.argv[2])
@event.listens_for(Engine, "after_cursor_execute")
def count(*_):
    global left
    left -= 1
    if left == 0:
        os.kill(os.getpid(), signal.SIGKILL)
from storage.migrate import migrate
migrate(sys.argv[1])
"""

State = tuple[str, frozenset[str], dict[str, int]]


def start(script: str, *arguments: str) -> subprocess.Popen[str]:
    """A process of its own on this code."""
    environment = {**os.environ, "PYTHONPATH": str(Path(__file__).parents[2])}
    command = [sys.executable, "-W", "error", "-c", script, *arguments]
    return subprocess.Popen(
        command, env=environment, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    )


def state(url: str) -> State:
    """Its revision, its tables with their columns, and how many rows they have."""
    engine = create_engine(normalized(url))
    with engine.connect() as connection:
        inspector = inspect(connection)
        tables = sorted(inspector.get_table_names())
        columns = {f"{table}.{each['name']}" for table in tables for each in inspector.get_columns(table)}
        rows = {
            table: connection.execute(text(f'SELECT count(*) FROM "{table}"')).scalar_one()
            for table in tables
        }
        revision = connection.execute(text("SELECT version_num FROM alembic_version")).scalar_one()
    engine.dispose()
    return revision, frozenset(columns), rows


def test_of_many_processes_at_once_one_migrates_and_nothing_is_lost(empty_database_url: str) -> None:
    restore(empty_database_url, FIRST)
    _, _, before = state(empty_database_url)
    processes = [start(_MIGRATE, empty_database_url) for _ in range(4)]
    answers = [(*process.communicate(timeout=100), process.returncode) for process in processes]

    assert [code for *_, code in answers] == [0] * 4, answers
    assert sorted(out.strip() for out, *_ in answers) == sorted(
        [f"0001 {latest()}"] + [f"{latest()} {latest()}"] * 3
    )
    revision, _, after = state(empty_database_url)
    assert revision == latest()
    assert before.items() <= after.items()


def test_a_migration_that_is_killed_changed_nothing(empty_database_url: str) -> None:
    restore(empty_database_url, FIRST)
    _dies_and_comes_back(empty_database_url, every=8)


@pytest.mark.soak
def test_a_migration_that_is_killed_after_any_of_its_statements_changed_nothing(
    empty_database_url: str,
) -> None:
    restore(empty_database_url, FIRST)
    kills = _dies_and_comes_back(empty_database_url, every=1)
    print(f"{kills} kills of a migration, one after each statement: none left anything half done")  # noqa: T201 - figures


def _dies_and_comes_back(url: str, *, every: int) -> int:
    """Kill it ever later until it gets through; how often it was killed."""
    before = state(url)
    kills = 0
    for number in range(1, 1000, every):
        process = start(_DIE, url, str(number))
        _, errors = process.communicate(timeout=100)
        if process.returncode == 0:
            break
        assert process.returncode == -signal.SIGKILL, errors
        assert state(url) == before, f"killed after statement {number}"
        kills += 1
    assert kills >= 2
    revision, columns, rows = state(url)
    assert revision == latest()
    assert before[1] < columns
    assert before[2].items() <= rows.items()
    return kills
