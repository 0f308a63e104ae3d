"""The tests' own PostgreSQL: real, on loopback, and empty for every test."""

import os
import tempfile
import uuid
from pathlib import Path

import psycopg
import pytest

from tests.postgres import PostgresServer, postgres


def test_a_new_database_is_empty_and_gone_when_dropped(postgres_server: PostgresServer) -> None:
    name = f"short_lived_{uuid.uuid4().hex}"
    with psycopg.connect(postgres_server.create(name)) as connection:
        tables = connection.execute("SELECT count(*) FROM pg_tables WHERE schemaname = 'public'").fetchone()
    postgres_server.drop(name)

    assert tables == (0,)
    assert not _exists(postgres_server, name)


def test_a_copy_of_a_template_has_its_tables(postgres_server: PostgresServer) -> None:
    original, copy = (f"{name}_{uuid.uuid4().hex}" for name in ("original", "copy"))
    with psycopg.connect(postgres_server.create(original)) as connection:
        connection.execute("CREATE TABLE approvals (id text)")

    with psycopg.connect(postgres_server.create(copy, template=original)) as connection:
        assert connection.execute("SELECT count(*) FROM approvals").fetchone() == (0,)

    postgres_server.drop(copy)
    postgres_server.drop(original)


def test_what_a_killed_run_left_behind_is_swept_away(monkeypatch: pytest.MonkeyPatch) -> None:
    with tempfile.TemporaryDirectory() as folder:
        _sweeps(Path(folder), monkeypatch)


def _sweeps(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    folder.chmod(0o755)
    monkeypatch.setattr("tests.postgres._TMP", folder)
    left = folder / f"placet-postgres-{os.getuid()}-killed" / "data"
    left.mkdir(parents=True)
    reused_by_another_program = os.getpid()
    (left / "postmaster.pid").write_text(f"{reused_by_another_program}\n{left}\n0\n1\n\n127.0.0.1\n\nready\n")

    with postgres("another") as server, psycopg.connect(server.url("postgres")) as connection:
        assert connection.execute("SELECT 1").fetchone() == (1,)

    assert not left.exists()


def _exists(server: PostgresServer, database: str) -> bool:
    with psycopg.connect(server.url("postgres")) as connection:
        found = connection.execute("SELECT 1 FROM pg_database WHERE datname = %s", [database]).fetchone()
    return found is not None
