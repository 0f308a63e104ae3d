"""Migrations: from nothing to the schema that the code knows, on both databases, by however many at once."""

import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from alembic.autogenerate import compare_metadata
from alembic.runtime.migration import MigrationContext
from sqlalchemy import Connection, create_engine, inspect, text
from sqlmodel import SQLModel

from bot.domain.errors import Busy
from storage.engine import normalized
from storage.migrate import latest, migrate

_MIGRATE = "import sys; from storage.migrate import migrate; print(migrate(sys.argv[1]))"


@contextmanager
def looking_at(url: str) -> Iterator[Connection]:
    """A connection of one's own."""
    engine = create_engine(normalized(url))
    with engine.connect() as connection:
        yield connection
    engine.dispose()


def test_an_empty_database_is_brought_to_the_latest_schema(empty_database_url: str) -> None:
    assert migrate(empty_database_url) == (None, latest())
    with looking_at(empty_database_url) as connection:
        assert set(inspect(connection).get_table_names()) == {*SQLModel.metadata.tables, "alembic_version"}


def test_a_second_time_changes_nothing(empty_database_url: str) -> None:
    migrate(empty_database_url)
    with looking_at(empty_database_url) as connection:
        connection.execute(text("INSERT INTO terms (hash, body) VALUES ('h', 'b')"))
        connection.commit()

    assert migrate(empty_database_url) == (latest(), latest())
    with looking_at(empty_database_url) as connection:
        assert connection.execute(text("SELECT body FROM terms")).scalar_one() == "b"


def test_the_migrations_make_what_the_code_knows(empty_database_url: str) -> None:
    migrate(empty_database_url)
    with looking_at(empty_database_url) as connection:
        context = MigrationContext.configure(connection, opts={"compare_type": True})
        assert compare_metadata(context, SQLModel.metadata) == []


def test_both_engines_get_the_same_indexes(empty_database_url: str) -> None:
    migrate(empty_database_url)
    expected = {index.name for table in SQLModel.metadata.tables.values() for index in table.indexes}
    with looking_at(empty_database_url) as connection:
        inspector = inspect(connection)
        found = {
            index["name"]
            for table in SQLModel.metadata.tables
            for index in inspector.get_indexes(table)
            if "duplicates_constraint" not in index
        }
        partial = {
            index["name"]
            for table in SQLModel.metadata.tables
            for index in inspector.get_indexes(table)
            if any(name.endswith("_where") for name in index.get("dialect_options", {}))
        }
    assert found == expected
    assert {"ix_approval_due", "ix_card_due", "ix_outbox_due", "ix_audit_unsealed"} <= partial


def test_several_processes_at_once_bring_it_there_together(empty_database_url: str) -> None:
    environment = {**os.environ, "PYTHONPATH": str(Path(__file__).parents[2])}
    command = [sys.executable, "-W", "error", "-c", _MIGRATE, empty_database_url]
    processes = [
        subprocess.Popen(command, env=environment, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
        for _ in range(4)
    ]
    answers = [(*process.communicate(timeout=100), process.returncode) for process in processes]

    said = sorted(out.strip() for out, _, _ in answers)
    assert [code for *_, code in answers] == [0] * 4, answers
    assert said == [f"('{latest()}', '{latest()}')"] * 3 + [f"(None, '{latest()}')"]


def test_it_waits_for_whoever_uses_the_tables_and_lets_others_pass(empty_postgres_database: str) -> None:
    rests: list[float] = []
    with looking_at(empty_postgres_database) as connection:
        connection.execute(text("CREATE TABLE alembic_version (version_num VARCHAR(32) NOT NULL)"))
        connection.commit()
        connection.execute(text("LOCK TABLE alembic_version IN ACCESS EXCLUSIVE MODE"))

        def rest(seconds: float) -> None:
            rests.append(seconds)
            connection.rollback()

        assert migrate(empty_postgres_database, sleep=rest) == (None, latest())
    assert len(rests) == 1


def test_it_says_who_can_be_asked_when_the_tables_stay_in_use(
    empty_postgres_database: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("storage.migrate._TRIES", 1)
    with looking_at(empty_postgres_database) as connection:
        connection.execute(text("CREATE TABLE alembic_version (version_num VARCHAR(32) NOT NULL)"))
        connection.commit()
        connection.execute(text("LOCK TABLE alembic_version IN ACCESS EXCLUSIVE MODE"))
        with pytest.raises(Busy, match="See who in pg_stat_activity"):
            migrate(empty_postgres_database, sleep=lambda _: None)
