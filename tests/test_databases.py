"""What tests may rely on about their databases."""

from pathlib import Path

from sqlalchemy import text

from storage.engine import write_engine
from storage.migrate import latest
from tests.databases import sqlite_at_schema


def test_a_copy_is_at_the_schema(tmp_path: Path) -> None:
    engine = write_engine(sqlite_at_schema(tmp_path / "placet.db"))
    with engine.connect() as connection:
        assert connection.execute(text("SELECT version_num FROM alembic_version")).scalar_one() == latest()
    engine.dispose()


def test_the_product_waits_for_the_disk_though_its_tests_do_not(tmp_path: Path) -> None:
    engine = write_engine(f"sqlite:///{tmp_path / 'placet.db'}")
    with engine.connect() as connection:
        assert connection.exec_driver_sql("PRAGMA synchronous").scalar_one() == 0
    engine.dispose()

    pooled = engine.raw_connection()  # as the product sets it up
    assert pooled.cursor().execute("PRAGMA synchronous").fetchone() == (2,)
    pooled.close()
    engine.dispose()
