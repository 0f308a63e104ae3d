"""A doctor looks at a database, and leaves it as it was."""

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
import sqlalchemy

from storage.doctor import space
from storage.doctor.examining import database_checks
from storage.doctor.integrity import intact
from storage.doctor.probe import Probe
from storage.doctor.reachable import reachable
from storage.doctor.schema import current
from storage.doctor.server import keeps
from storage.doctor.space import room
from storage.doctor.writable import writable
from storage.engine import normalized
from storage.migrate import latest
from tests.doctor.looking import GREEN, RED, SKIPPED, YELLOW, colours, examined, findings, one
from tests.postgres import PostgresServer


def execute(url: str, *statements: str) -> None:
    engine = sqlalchemy.create_engine(normalized(url), isolation_level="AUTOCOMMIT")
    with engine.connect() as connection:
        for statement in statements:
            connection.exec_driver_sql(statement)
    engine.dispose()


def leases(url: str) -> int:
    engine = sqlalchemy.create_engine(normalized(url))
    with engine.connect() as connection:
        count = int(connection.exec_driver_sql("SELECT count(*) FROM lease").scalar_one())
    engine.dispose()
    return count


@contextmanager
def holding(path: Path) -> Iterator[None]:
    """Somebody has the write lock."""
    other = sqlite3.connect(path, isolation_level=None)
    other.execute("BEGIN IMMEDIATE")
    yield
    other.close()


async def test_a_database_at_the_schema_is_reachable_writable_and_current(url: str) -> None:
    before, probe = leases(url), Probe(url)

    assert one(await reachable(probe)).colour is GREEN
    assert one(await writable(probe)).colour is GREEN
    assert one(await current(probe)).colour is GREEN
    assert leases(url) == before


async def test_a_file_that_is_not_there_is_yellow_and_is_not_made(tmp_path: Path) -> None:
    path = tmp_path / "placet.db"
    probe = Probe(f"sqlite:///{path}")
    settings = database_checks(probe)[0].needs[0]

    found = one(await reachable(probe))

    assert found.colour is YELLOW
    assert found.stops
    assert not path.exists()
    assert settings == "settings"


async def test_a_file_that_is_no_database_is_red(tmp_path: Path) -> None:
    path = tmp_path / "placet.db"
    path.write_text("This is a letter, and a long one, so that nobody takes it for a database." * 20)

    found = one(await reachable(Probe(f"sqlite:///{path}")))

    assert found.colour is RED
    assert "no intact SQLite database" in found.sentence
    assert "backup" in found.remedy


async def test_a_server_that_is_away_is_red_without_its_password() -> None:
    found = one(await reachable(Probe("postgresql://placet:hunter2secret@127.0.0.1:1/placet")))

    assert found.colour is RED
    assert "Start it" in found.remedy
    assert "hunter2secret" not in found.sentence


async def test_a_database_that_the_server_does_not_have_is_red(postgres_server: PostgresServer) -> None:
    found = one(await reachable(Probe(postgres_server.url("nowhere"))))

    assert found.colour is RED
    assert '"nowhere" does not exist' in found.sentence


async def test_a_file_that_somebody_holds_is_red(
    sqlite_database: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("storage.doctor.probe.PATIENCE", 0.05)
    probe = Probe(sqlite_database)
    assert probe.file is not None

    with holding(probe.file):
        found = one(await writable(probe))

    assert found.colour is RED
    assert "another process holds the database" in found.sentence


async def test_a_server_that_only_reads_is_red(postgres_database: str) -> None:
    name = postgres_database.rpartition("/")[2]
    execute(postgres_database, f'ALTER DATABASE "{name}" SET default_transaction_read_only = on')

    found = one(await writable(Probe(postgres_database)))

    assert found.colour is RED
    assert "read-only transaction" in found.sentence
    assert "not a replica" in found.remedy


async def test_a_full_file_is_red_and_asks_for_room(
    sqlite_database: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(connection: sqlalchemy.Connection) -> None:
        pages = connection.exec_driver_sql("PRAGMA page_count").scalar_one()
        connection.exec_driver_sql(f"PRAGMA max_page_count = {pages}")
        connection.exec_driver_sql("CREATE TABLE filler AS SELECT zeroblob(9000000) AS filling")

    monkeypatch.setattr("storage.doctor.writable._write", full)

    found = one(await writable(Probe(sqlite_database)))

    assert found.colour is RED
    assert found.remedy == "Make room on the disk of the database."


async def test_an_empty_database_can_be_written_before_its_first_migration(tmp_path: Path) -> None:
    path = tmp_path / "placet.db"
    sqlite3.connect(path).close()
    path.touch()
    probe = Probe(f"sqlite:///{path}")

    assert one(await writable(probe)).colour is GREEN
    schema = one(await current(probe))

    assert schema.colour is YELLOW
    assert schema.sentence == "The database is empty."


async def test_a_schema_that_nobody_knows_is_red(url: str) -> None:
    execute(url, "UPDATE alembic_version SET version_num = '9999'")

    found = one(await current(Probe(url)))

    assert found.colour is RED
    assert "9999" in found.sentence
    assert "does not know" in found.sentence


async def test_a_schema_that_a_newer_version_widened_is_yellow(url: str) -> None:
    row = f"INSERT INTO schema_revision VALUES ('9001', '{latest()}', 0, '7.2.0')"
    execute(url, "UPDATE alembic_version SET version_num = '9001'", row)

    found = one(await current(Probe(url)))

    assert (found.colour, found.stops) == (YELLOW, False)
    assert "install the newer version here too" in found.remedy


async def test_a_schema_of_an_earlier_version_is_yellow(url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("storage.doctor.schema.latest", lambda: "9999")

    found = one(await current(Probe(url)))

    assert found.colour is YELLOW
    assert "placet migrate" in found.remedy


async def test_sqlite_says_its_version_and_that_commits_are_on_disk(sqlite_database: str) -> None:
    found = one(await keeps(Probe(sqlite_database)))

    assert found.colour is GREEN
    assert sqlite3.sqlite_version in found.sentence


async def test_a_server_that_does_not_wait_for_its_disk_is_yellow(postgres_database: str) -> None:
    # The server of the tests is told to be fast rather than safe.
    found = findings(await keeps(Probe(postgres_database)))

    assert {each.colour for each in found} == {YELLOW}
    assert any(each.sentence.startswith("synchronous_commit is off") for each in found)


async def test_a_server_that_is_old_is_yellow_and_a_replica_is_red(
    postgres_database: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    def told(_: sqlalchemy.Connection) -> tuple[str, str, dict[str, str], bool]:
        return "9.6.24 (Debian)", "read committed", {"fsync": "on"}, True

    monkeypatch.setattr("storage.doctor.server._postgres", told)

    assert colours(await keeps(Probe(postgres_database))) == [RED, YELLOW]


async def test_a_server_that_is_safe_is_green(
    postgres_database: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    def told(_: sqlalchemy.Connection) -> tuple[str, str, dict[str, str], bool]:
        return "17.2 (Debian 17.2-1)", "read committed", {"fsync": "on"}, False

    monkeypatch.setattr("storage.doctor.server._postgres", told)

    found = one(await keeps(Probe(postgres_database)))

    assert (found.colour, found.sentence) == (
        GREEN,
        "PostgreSQL 17.2, read committed, every commit on disk.",
    )


async def test_a_damaged_page_is_red(sqlite_database: str) -> None:
    probe = Probe(sqlite_database)
    assert probe.file is not None
    content = bytearray(probe.file.read_bytes())
    middle = len(content) // 2 // 4096 * 4096
    content[middle : middle + 4096] = b"\xa5" * 4096
    probe.file.write_bytes(content)

    found = one(await intact(probe))

    assert found.colour is RED
    assert "is damaged" in found.sentence


async def test_an_intact_file_is_green_and_one_that_is_too_large_is_skipped(
    sqlite_database: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    probe = Probe(sqlite_database)

    assert one(await intact(probe)).colour is GREEN
    monkeypatch.setattr("storage.doctor.integrity.MOST", 1)
    assert one(await intact(probe)).colour is SKIPPED


async def test_little_room_is_yellow_and_hardly_any_is_red(
    sqlite_database: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    probe = Probe(sqlite_database)
    monkeypatch.setattr(space, "LITTLE", 0)
    monkeypatch.setattr(space, "SCARCE", 0)
    assert one(await room(probe)).colour is GREEN

    monkeypatch.setattr(space, "LONG_LOG", -1)
    assert "write-ahead log" in one(await room(probe)).sentence

    monkeypatch.setattr(space, "LITTLE", 10**18)
    assert one(await room(probe)).colour is YELLOW

    monkeypatch.setattr(space, "SCARCE", 10**18)
    assert one(await room(probe)).colour is RED


async def test_what_is_the_servers_business_is_skipped(postgres_database: str) -> None:
    probe = Probe(postgres_database)

    assert one(await room(probe)).colour is SKIPPED
    assert one(await intact(probe)).colour is SKIPPED


async def test_behind_a_file_that_is_not_there_everything_is_skipped(tmp_path: Path) -> None:
    checks = database_checks(Probe(f"sqlite:///{tmp_path}/placet.db"))
    free = [check for check in checks if check.name == "database.reachable"]
    for check in free:
        object.__setattr__(check, "needs", ())

    verdicts = await examined(checks)

    assert [each.colour for each in verdicts] == [YELLOW, *[SKIPPED] * (len(checks) - 1)]
