"""The database takes no writes for a while, as one that failed over and is not the first any longer."""

from __future__ import annotations

import asyncio
from pathlib import Path

import psycopg
import pytest

from tests.faults.forks import Forks
from tests.faults.siege import Siege
from tests.faults.telling import tell
from tests.postgres import PostgresServer


@pytest.mark.timeout(300)
async def test_a_read_only_database_turns_agents_away_and_loses_nothing(
    postgres_server: PostgresServer, empty_postgres_database: str, tmp_path: Path, forks: Forks
) -> None:
    async with Siege(empty_postgres_database, tmp_path, forks, seed=5) as siege:
        await siege.serving.start()
        await siege.goes_on()
        await asyncio.to_thread(_set_read_only, empty_postgres_database, is_on=True)
        await siege.is_turned_away()
        await asyncio.to_thread(_set_read_only, empty_postgres_database, is_on=False)
        await siege.goes_on()
        figures = await siege.examined()
        tell(f"read-only, {siege.load.ledger.turned_away} turned away", empty_postgres_database, figures)


def _set_read_only(url: str, *, is_on: bool) -> None:
    """For every connection from now on; those that exist are cut."""
    name = url.rpartition("/")[2]
    with psycopg.connect(url, autocommit=True) as connection:
        connection.execute("SET default_transaction_read_only = off")
        value = "on" if is_on else "off"
        connection.execute(f'ALTER DATABASE "{name}" SET default_transaction_read_only = {value}'.encode())
        connection.execute(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = %s AND pid <> %s",
            [name, connection.info.backend_pid],
        )
