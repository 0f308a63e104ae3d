"""What every test stands on: a clean environment, loopback only, and a database of its own."""

import os
import re
import shutil
import uuid
from collections.abc import Iterator
from itertools import count
from pathlib import Path

import pytest
from hypothesis import HealthCheck, settings

from storage.migrate import migrate
from tests.databases import never_wait_for_the_disk, sqlite_at_schema
from tests.loopback import stay_on_loopback
from tests.patience import patient
from tests.postgres import PostgresServer, postgres

# A busy machine makes nothing fail.
settings.register_profile("dev", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.register_profile("ci", settings.get_profile("dev"), print_blob=True, derandomize=True)
settings.register_profile("fuzz", settings.get_profile("dev"), print_blob=True, max_examples=5000)
settings.load_profile("ci" if os.environ.get("CI") else "dev")


def pytest_configure() -> None:
    """Forget the developer's own settings, stay on this machine, and do not wait for its disk."""
    for name in [name for name in os.environ if name.startswith("PLACET_")]:
        del os.environ[name]
    stay_on_loopback()
    never_wait_for_the_disk()


_numbers = count()


@pytest.fixture
def tmp_path(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """A folder of the test's own; it stays when the test failed.

    pytest's own fixture reads through the folders of all tests before, which are thousands.
    """
    name = re.sub(r"\W", "_", request.node.name)[:30]
    folder = tmp_path_factory.getbasetemp() / f"{name}{next(_numbers)}"
    folder.mkdir(mode=0o700)
    failed = request.session.testsfailed
    yield folder
    if request.session.testsfailed == failed:
        shutil.rmtree(folder, ignore_errors=True)


@pytest.fixture(scope="session", autouse=True)
def _patient() -> Iterator[None]:
    """Nothing is given up, or told to take longer, because the machine is busy."""
    with patient():
        yield


@pytest.fixture(autouse=True)
def _empty_working_directory(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """No test reads the developer's `.env`, `placet.toml` or `placet.db`."""
    monkeypatch.chdir(tmp_path)


@pytest.fixture(scope="session")
def postgres_server() -> Iterator[PostgresServer]:
    """A real PostgreSQL, shared by all workers of this run; started when first asked for."""
    run = os.environ.get("PYTEST_XDIST_TESTRUNUID") or uuid.uuid4().hex
    with postgres(run[:12]) as server:
        yield server


@pytest.fixture(scope="session")
def postgres_url(postgres_server: PostgresServer) -> str:
    """The address of the server's own database, for tests that make theirs themselves."""
    return postgres_server.url("postgres")


@pytest.fixture(scope="session")
def migrated_template(postgres_server: PostgresServer) -> Iterator[str]:
    """The name of a PostgreSQL database at the schema, to be copied."""
    name = f"template_{uuid.uuid4().hex}"
    migrate(postgres_server.create(name))
    yield name
    postgres_server.drop(name)


@pytest.fixture
def postgres_database(postgres_server: PostgresServer, migrated_template: str) -> Iterator[str]:
    """The URL of a new PostgreSQL database at the schema that is gone after the test."""
    name = f"test_{uuid.uuid4().hex}"
    yield postgres_server.create(name, template=migrated_template)
    postgres_server.drop(name)


@pytest.fixture
def sqlite_database(tmp_path: Path) -> str:
    """The URL of a new SQLite database at the schema."""
    return sqlite_at_schema(tmp_path / "placet.db")


@pytest.fixture(params=["sqlite", "postgres"])
def database_url(request: pytest.FixtureRequest) -> str:
    """The URL of a new database at the schema; the test runs once on each kind."""
    url: str = request.getfixturevalue(f"{request.param}_database")
    return url


@pytest.fixture
def empty_postgres_database(postgres_server: PostgresServer) -> Iterator[str]:
    """The URL of a new PostgreSQL database without any tables."""
    name = f"test_{uuid.uuid4().hex}"
    yield postgres_server.create(name)
    postgres_server.drop(name)


@pytest.fixture(params=["sqlite", "postgres"])
def empty_database_url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """The URL of a new database without any tables; the test runs once on each kind."""
    if request.param == "sqlite":
        return f"sqlite:///{tmp_path / 'placet.db'}"
    url: str = request.getfixturevalue("empty_postgres_database")
    return url
