"""Connections are scarce: others take all that the server allows, or hold what everybody needs."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

import psycopg
import pytest

from tests.faults.forks import Forks
from tests.faults.siege import Siege
from tests.faults.telling import tell
from tests.postgres import PostgresServer

#: connections of one process: its writer's and its readers'
_OWN = 5


@pytest.fixture
def limited(postgres_server: PostgresServer, empty_postgres_database: str) -> Iterator[str]:
    """A database with an owner of its own, who may be given few connections."""
    name = empty_postgres_database.rpartition("/")[2]
    role = f"owner_{name[-12:]}"
    postgres_server.run(f"CREATE ROLE {role} LOGIN", f'ALTER DATABASE "{name}" OWNER TO {role}')
    yield empty_postgres_database.replace("postgres@", f"{role}@")
    postgres_server.run(f'ALTER DATABASE "{name}" OWNER TO postgres')
    with psycopg.connect(empty_postgres_database, autocommit=True) as connection:
        connection.execute(f"DROP OWNED BY {role}".encode())
        connection.execute(f"DROP ROLE {role}".encode())


@pytest.mark.timeout(300)
async def test_a_server_that_has_no_connection_left_is_waited_for(
    limited: str, empty_postgres_database: str, tmp_path: Path, forks: Forks
) -> None:
    async with Siege(limited, tmp_path, forks, seed=6) as siege:
        await siege.serving.start()
        await siege.goes_on()
        with _all_taken(limited, empty_postgres_database):
            await siege.is_turned_away()
        await siege.goes_on()
        figures = await siege.examined()
        tell(f"no connection left, {siege.load.ledger.turned_away} turned away", limited, figures)


@pytest.mark.timeout(300)
async def test_tables_that_somebody_locks_are_waited_for(
    empty_postgres_database: str, tmp_path: Path, forks: Forks
) -> None:
    async with Siege(empty_postgres_database, tmp_path, forks, seed=7) as siege:
        await siege.serving.start()
        await siege.goes_on()
        with psycopg.connect(empty_postgres_database) as connection:
            connection.execute("LOCK TABLE approval, outbox, card, audit_event IN ACCESS EXCLUSIVE MODE")
            await asyncio.sleep(3)
        await siege.goes_on()
        tell("every table locked for 3 s", empty_postgres_database, await siege.examined())


@contextmanager
def _all_taken(url: str, admin_url: str) -> Iterator[None]:
    """Cut the product off, and take every connection before it does."""
    role = url.partition("//")[2].partition("@")[0]
    with psycopg.connect(admin_url, autocommit=True) as admin, ExitStack() as taken:
        # Not before: what a process that ended had open is closed a moment later.
        admin.execute(f"ALTER ROLE {role} CONNECTION LIMIT {_OWN + 1}".encode())
        taken.callback(admin.execute, f"ALTER ROLE {role} CONNECTION LIMIT -1".encode())
        for _ in range(_OWN + 1):
            while True:
                admin.execute(
                    "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
                    " WHERE usename = %s AND application_name <> 'glutton'",
                    [role],
                )
                try:
                    glutton = psycopg.connect(url, application_name="glutton", autocommit=True)
                except psycopg.OperationalError:
                    continue
                taken.enter_context(glutton)
                break
        yield
