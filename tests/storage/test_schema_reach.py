"""Programs work on a newer schema that was widened, and refuse one that was narrowed, with a sentence."""

import pytest
from sqlalchemy import create_engine, text

from bot.domain.errors import Misconfigured
from storage.engine import normalized
from storage.migrate import known, latest, migrate
from tests.storage.conftest import Opener


def run(url: str, statement: str, **values: str) -> None:
    """One statement beside Placet."""
    engine = create_engine(normalized(url))
    with engine.begin() as connection:
        connection.execute(text(statement), values)
    engine.dispose()


def migrated_by_a_newer_version(url: str, revision: str, *, oldest_reader: str | None) -> None:
    """Leave the database as a version from the future would."""
    run(url, "UPDATE alembic_version SET version_num = :to", to=revision)
    if oldest_reader is not None:
        row = "INSERT INTO schema_revision VALUES (:revision, :oldest, 0, '7.2.0')"
        run(url, row, revision=revision, oldest=oldest_reader)


async def test_a_schema_that_a_newer_version_widened_is_worked_on_as_it_is(url: str, open_at: Opener) -> None:
    migrated_by_a_newer_version(url, "9001", oldest_reader=latest())

    assert migrate(url) == ("9001", "9001")
    assert await open_at(url).pending_for("ann") == []


def test_a_schema_that_a_newer_version_narrowed_is_refused_with_what_to_install(url: str) -> None:
    migrated_by_a_newer_version(url, "9002", oldest_reader="9001")

    with pytest.raises(Misconfigured) as refused:
        migrate(url)
    assert str(refused.value) == (
        "The database was migrated to schema 9002 by Placet 7.2.0, and programs need to know schema 9001"
        f" to work on it; this one knows {latest()}. Install Placet 7.2.0 or a newer version here."
    )


async def test_a_running_process_is_no_longer_ready_when_what_it_needs_is_taken_away(
    url: str, open_at: Opener
) -> None:
    store = open_at(url)
    migrated_by_a_newer_version(url, "9001", oldest_reader=latest())
    await store.check()
    migrated_by_a_newer_version(url, "9002", oldest_reader="9001")
    with pytest.raises(Misconfigured, match="programs need to know schema 9001"):
        await store.check()


@pytest.mark.parametrize("beside", ["DROP TABLE schema_revision", "DELETE FROM schema_revision"])
def test_a_schema_that_nobody_vouches_for_is_refused(url: str, beside: str) -> None:
    migrated_by_a_newer_version(url, "7a8b9c", oldest_reader=None)
    run(url, beside)

    with pytest.raises(Misconfigured, match='at schema "7a8b9c", which this version of Placet does not know'):
        migrate(url)


def test_every_migration_is_written_down_with_the_oldest_schema_whose_programs_still_work(
    empty_database_url: str,
) -> None:
    migrate(empty_database_url)

    engine = create_engine(normalized(empty_database_url))
    with engine.connect() as connection:
        rows = connection.execute(text("SELECT revision, oldest_reader FROM schema_revision")).all()
    engine.dispose()
    assert ("0002", "0001") in rows
    assert {revision for revision, _ in rows} == known() - {"0001"}
