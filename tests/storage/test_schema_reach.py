"""Programs work on a newer schema that was widened, and refuse one that was narrowed, with a sentence."""

import pytest
from sqlalchemy import create_engine, text

from bot.domain.errors import Misconfigured
from storage.engine import normalized
from storage.migrate import latest, migrate
from tests.storage.conftest import Opener

_TABLE = (
    "CREATE TABLE IF NOT EXISTS schema_revision"
    " (revision VARCHAR PRIMARY KEY, oldest_reader VARCHAR, applied_at BIGINT, program VARCHAR)"
)


def migrated_by_a_newer_version(url: str, revision: str, *, oldest_reader: str | None) -> None:
    """Leave the database as a version from the future would."""
    engine = create_engine(normalized(url))
    with engine.begin() as connection:
        connection.execute(text("UPDATE alembic_version SET version_num = :to"), {"to": revision})
        if oldest_reader is not None:
            connection.execute(text(_TABLE))
            connection.execute(
                text("INSERT INTO schema_revision VALUES (:revision, :oldest, 0, '7.2.0')"),
                {"revision": revision, "oldest": oldest_reader},
            )
    engine.dispose()


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


@pytest.mark.parametrize("beside", [None, "0001"])
def test_a_schema_that_nobody_vouches_for_is_refused(url: str, beside: str | None) -> None:
    migrated_by_a_newer_version(url, "7a8b9c", oldest_reader=None)
    if beside is not None:
        migrated_by_a_newer_version(url, "9001", oldest_reader=beside)
        migrated_by_a_newer_version(url, "7a8b9c", oldest_reader=None)

    with pytest.raises(Misconfigured, match='at schema "7a8b9c", which this version of Placet does not know'):
        migrate(url)
