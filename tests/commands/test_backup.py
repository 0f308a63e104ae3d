"""`placet backup` and `placet restore`: sentences where they refuse, and nothing half done."""

import hashlib
import sqlite3
import stat
from contextlib import closing
from pathlib import Path

import pytest

from storage.process_lock import hold
from tests.commands.conftest import Placet
from tests.flows.world import SECRET_KEY
from tests.postgres import postgres_programs
from tests.upgrading.restoring import restore as fill_as_left_by

pytestmark = pytest.mark.usefixtures("installation")

DATABASE, FILE = Path("placet.db"), Path("backup.db")


@pytest.fixture
def begun(installation: None, placet: Placet) -> None:
    """A database with something in it: a key."""
    assert placet("keys", "create", "--agent", "support-bot").code == 0


def listed(placet: Placet) -> str:
    return placet("keys", "list", "--json").out


@pytest.mark.usefixtures("begun")
def test_a_backup_is_one_file_that_only_its_owner_reads(placet: Placet) -> None:
    ended = placet("backup", str(FILE))

    assert ended.code == 0
    assert ended.out.startswith("backup.db (")
    assert "PLACET_SECRET_KEY" in ended.err
    assert stat.S_IMODE(FILE.stat().st_mode) == 0o600
    assert not list(Path().glob("backup.db?*"))


@pytest.mark.usefixtures("begun")
def test_what_was_there_is_there_again(placet: Placet) -> None:
    placet("backup", str(FILE))
    before = listed(placet)
    DATABASE.unlink()

    ended = placet("restore", str(FILE))

    assert ended.code == 0, ended.err
    assert "everything fits" in ended.out
    assert listed(placet) == before
    assert placet("audit", "verify").code == 0


@pytest.mark.usefixtures("begun")
def test_that_it_was_restored_stands_on_the_audit_trail(placet: Placet) -> None:
    placet("backup", str(FILE))
    placet("restore", str(FILE), "--force")

    with closing(sqlite3.connect(DATABASE)) as connection:
        found = connection.execute(
            "SELECT subject, actor, facts FROM audit_event WHERE kind = 'database.restored'"
        )
        [(subject, actor, facts)] = found.fetchall()
    assert (subject, actor) == ("database", "operator")
    assert hashlib.sha256(FILE.read_bytes()).hexdigest() in facts


@pytest.mark.usefixtures("begun")
def test_a_database_is_replaced_only_by_force_and_kept_even_then(placet: Placet) -> None:
    placet("backup", str(FILE))
    placet("keys", "create", "--agent", "support-bot")
    content = DATABASE.read_bytes()

    refused = placet("restore", str(FILE))
    assert refused.code == 1
    assert "give --force to replace it; nothing was changed" in refused.err
    assert DATABASE.read_bytes() == content

    forced = placet("restore", str(FILE), "--force")
    assert forced.code == 0, forced.err
    [kept] = Path().glob("placet.db.replaced-*")
    assert f"kept as {kept}" in forced.err
    with closing(sqlite3.connect(kept)) as connection:
        assert connection.execute("SELECT count(*) FROM api_key").fetchone() == (2,)
    with closing(sqlite3.connect(DATABASE)) as connection:
        assert connection.execute("SELECT count(*) FROM api_key").fetchone() == (1,)


@pytest.mark.usefixtures("begun")
def test_nothing_is_restored_under_a_running_server(placet: Placet) -> None:
    placet("backup", str(FILE))
    lock = hold("sqlite:///placet.db")
    assert lock is not None
    try:
        ended = placet("restore", str(FILE), "--force")
    finally:
        lock.release()

    assert ended.code == 2
    assert "Another Placet process is running" in ended.err
    assert not list(Path().glob("placet.db.re*"))


@pytest.mark.usefixtures("begun")
def test_nothing_is_restored_under_a_command_that_has_the_file_open(placet: Placet) -> None:
    placet("backup", str(FILE))
    with closing(sqlite3.connect(DATABASE)) as other:
        other.execute("SELECT count(*) FROM api_key").fetchone()
        other.execute("BEGIN IMMEDIATE")
        ended = placet("restore", str(FILE), "--force")

    assert ended.code == 1
    assert "is in use" in ended.err
    assert not list(Path().glob("placet.db.re*"))


@pytest.mark.usefixtures("begun")
def test_a_backup_whose_audit_trail_does_not_fit_changes_nothing(placet: Placet) -> None:
    placet("backup", str(FILE))
    content = DATABASE.read_bytes()
    with closing(sqlite3.connect(FILE)) as connection:
        connection.execute("UPDATE audit_event SET actor = 'person:eve' WHERE kind = 'key.created'")
        connection.commit()

    ended = placet("restore", str(FILE), "--force")

    assert ended.code == 1
    assert "was changed" in ended.out
    assert "audit trail does not fit; nothing was changed" in ended.err
    assert DATABASE.read_bytes() == content
    assert not list(Path().glob("placet.db.re*"))


@pytest.mark.usefixtures("begun")
def test_a_backup_that_was_cut_off_changes_nothing(placet: Placet) -> None:
    placet("backup", str(FILE))
    content = DATABASE.read_bytes()
    FILE.write_bytes(FILE.read_bytes()[: FILE.stat().st_size // 2])

    ended = placet("restore", str(FILE), "--force")

    assert ended.code == 1
    assert "Traceback" not in ended.err
    assert DATABASE.read_bytes() == content
    assert not list(Path().glob("placet.db.re*"))


def test_a_sqlite_file_of_another_program_is_no_backup(placet: Placet) -> None:
    with closing(sqlite3.connect(FILE)) as connection:
        connection.execute("CREATE TABLE approval (id TEXT)")

    ended = placet("restore", str(FILE))

    assert ended.code == 1
    assert "holds no database of Placet" in ended.err
    assert not DATABASE.exists()


@pytest.mark.usefixtures("begun")
def test_a_backup_is_of_no_use_without_its_secret_key(
    placet: Placet, monkeypatch: pytest.MonkeyPatch
) -> None:
    placet("audit", "verify")  # the first to look for a signing key makes it
    placet("backup", str(FILE))
    content = DATABASE.read_bytes()
    monkeypatch.setenv("PLACET_SECRET_KEY", "another-secret-key-of-more-than-32-characters")

    ended = placet("restore", str(FILE), "--force")

    assert ended.code != 0
    assert "PLACET_SECRET_KEY" in ended.err
    assert DATABASE.read_bytes() == content


def test_before_anything_is_stored_there_is_nothing_to_back_up(placet: Placet) -> None:
    ended = placet("backup", str(FILE))

    assert ended.code == 1
    assert "Nothing is stored yet" in ended.err
    assert not list(Path().glob("*.db*"))


@pytest.mark.usefixtures("begun")
def test_seals_beside_the_database_are_told_to_be_put_away(
    placet: Placet, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("PLACET_SEAL_FILE", str(tmp_path / "seals.jsonl"))
    placet("backup", str(FILE))

    ended = placet("restore", str(FILE), "--force")

    assert ended.code == 0
    assert "seals.jsonl knows seals that this database has not" in ended.err


@pytest.fixture
def programs(monkeypatch: pytest.MonkeyPatch) -> None:
    """PostgreSQL's own programs, of the version of the tests' server."""
    monkeypatch.setenv("PATH", str(postgres_programs()))


@pytest.fixture
def on_postgres(empty_postgres_database: str, monkeypatch: pytest.MonkeyPatch) -> str:
    """Settings that name a PostgreSQL database; ask for it before `begun`."""
    monkeypatch.setenv("PLACET_DATABASE_URL", empty_postgres_database)
    return empty_postgres_database


@pytest.mark.usefixtures("programs", "on_postgres")
def test_a_dump_of_postgresql_is_put_back_by_force(placet: Placet) -> None:
    placet("keys", "create", "--agent", "support-bot")
    before = listed(placet)
    saved = placet("backup", "backup.dump")
    placet("keys", "create", "--agent", "support-bot")

    refused = placet("restore", "backup.dump")
    forced = placet("restore", "backup.dump", "--force")

    assert saved.code == 0, saved.err
    assert refused.code == 1
    assert "give --force to replace it; nothing was changed" in refused.err
    assert forced.code == 0, forced.err
    assert listed(placet) == before
    assert placet("audit", "verify").code == 0


@pytest.mark.usefixtures("programs")
def test_a_dump_from_before_an_upgrade_replaces_what_came_with_the_upgrade(
    on_postgres: str, placet: Placet, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PLACET_SECRET_KEY", SECRET_KEY)
    fill_as_left_by(on_postgres, "0.1.0")
    saved = placet("backup", "backup.dump")
    migrated = placet("migrate")

    forced = placet("restore", "backup.dump", "--force")

    assert saved.code == 0, saved.err
    assert migrated.out == "The database went from 0001 to 0002.\n"
    assert forced.code == 0, forced.err
    assert placet("migrate").out == "The database is at 0002 already.\n"
    assert placet("audit", "verify").code == 0


@pytest.mark.usefixtures("programs", "begun")
def test_a_backup_of_one_kind_of_database_is_not_put_into_the_other(
    placet: Placet, empty_postgres_database: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    placet("backup", str(FILE))
    monkeypatch.setenv("PLACET_DATABASE_URL", empty_postgres_database)

    ended = placet("restore", str(FILE))

    assert ended.code == 1
    assert "a backup of another kind of database" in ended.err


@pytest.mark.usefixtures("programs")
def test_nothing_is_put_back_into_a_postgresql_that_others_use(on_postgres: str, placet: Placet) -> None:
    import psycopg

    placet("keys", "create", "--agent", "support-bot")

    placet("backup", "backup.dump")
    with psycopg.connect(on_postgres):
        ended = placet("restore", "backup.dump", "--force")

    assert ended.code == 1
    assert "1 other connections" in ended.err
    assert "nothing was changed" in ended.err


@pytest.mark.usefixtures("on_postgres")
def test_without_pg_dump_it_is_said_what_to_install(placet: Placet, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", "/nowhere")

    ended = placet("backup", "backup.dump")

    assert ended.code == 1
    assert "pg_dump is not installed here" in ended.err
    assert not list(Path().glob("backup.dump*"))
