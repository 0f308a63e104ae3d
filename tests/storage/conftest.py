"""Stores on a database of their own, already at the schema: each test runs on SQLite and on PostgreSQL."""

import shutil
import uuid
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path
from typing import Any

import pytest

from storage.migrate import migrate
from storage.store import SqlStore
from tests.builders import NOW
from tests.fakes.clock import MovedClock
from tests.postgres import PostgresServer
from tests.storage.steps import Company


@pytest.fixture(scope="session")
def migrated_file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A SQLite file at the schema, to be copied."""
    path = tmp_path_factory.mktemp("migrated") / "placet.db"
    migrate(f"sqlite:///{path}")
    return path


@pytest.fixture(scope="session")
def migrated_template(postgres_server: PostgresServer) -> Iterator[str]:
    """A PostgreSQL database at the schema, to be copied."""
    name = f"template_{uuid.uuid4().hex}"
    migrate(postgres_server.create(name))
    yield name
    postgres_server.drop(name)


@pytest.fixture
def sqlite_url(migrated_file: Path, tmp_path: Path) -> str:
    """A SQLite database at the schema."""
    path = shutil.copy(migrated_file, tmp_path / "placet.db")
    return f"sqlite:///{path}"


@pytest.fixture
def postgres_at_schema(postgres_server: PostgresServer, migrated_template: str) -> Iterator[str]:
    """A PostgreSQL database at the schema."""
    name = f"test_{uuid.uuid4().hex}"
    yield postgres_server.create(name, template=migrated_template)
    postgres_server.drop(name)


@pytest.fixture(params=["sqlite", "postgres"])
def url(request: pytest.FixtureRequest) -> str:
    """A database at the schema."""
    made: str = request.getfixturevalue("sqlite_url" if request.param == "sqlite" else "postgres_at_schema")
    return made


@pytest.fixture
def clock() -> MovedClock:
    """Stands still at `NOW`."""
    return MovedClock(NOW)


@pytest.fixture
def company() -> Company:
    """Who is who, for tests to change."""
    return Company()


Opener = Callable[..., SqlStore]


@pytest.fixture
def open_at(clock: MovedClock, company: Company) -> Iterator[Opener]:
    """Opens stores on databases by URL, and closes them."""
    opened: list[SqlStore] = []

    def one(at: str, **options: Any) -> SqlStore:
        opened.append(SqlStore(at, clock=clock, directory=company, **options))
        return opened[-1]

    yield one
    for store in opened:
        store.close()


@pytest.fixture
def open_store(url: str, open_at: Opener) -> Opener:
    """Opens stores on the test's database, and closes them."""
    return partial(open_at, url)


@pytest.fixture
def store(open_store: Opener) -> SqlStore:
    """One store."""
    return open_store()
