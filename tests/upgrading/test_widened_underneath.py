"""A newer version widens the schema while this one runs: nothing that it does fails, and it starts again."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from sqlalchemy import create_engine, inspect, text

from storage.engine import normalized
from storage.migrate import latest
from storage.verifying import verify
from tests.flows.world import ANN, World


@pytest.fixture
async def world(empty_database_url: str, tmp_path: Path) -> AsyncIterator[World]:
    """A whole installation, running."""
    async with World(empty_database_url, tmp_path) as world:
        yield world


def widen(url: str) -> None:
    """What a newer version might do: a column more in every table, one more table and an index."""
    engine = create_engine(normalized(url))
    with engine.begin() as connection:
        for table in inspect(connection).get_table_names():
            connection.execute(text(f'ALTER TABLE "{table}" ADD COLUMN later VARCHAR'))
        connection.execute(text("CREATE TABLE later (id VARCHAR PRIMARY KEY)"))
        connection.execute(text("CREATE INDEX ix_later ON approval (later)"))
        connection.execute(text("UPDATE alembic_version SET version_num = '9001'"))
        connection.execute(
            text(
                "INSERT INTO schema_revision (revision, oldest_reader, applied_at, program, later)"
                " VALUES ('9001', :oldest, 0, '9.0.0', 'x')"
            ),
            {"oldest": latest()},
        )
    engine.dispose()


async def decided(world: World, name: str) -> None:
    """An agent asks, Ann approves, the agent takes it, reports, and was told."""
    asked = await world.agent.asks(context={"subject": {"id": name}})
    await world.later(seconds=2)
    await (await world.slack.card("#support")).press("Approve", by=ANN)
    await world.settles()
    assert await world.agent.redeems(asked) == 200
    outcome = {"status": "succeeded"}
    assert (await world.agent.post(f"/v1/approvals/{asked['id']}/outcome", outcome)).status == 200
    await world.later(minutes=1)
    assert asked["id"] in [each["data"]["approval"]["id"] for each in world.agent.callbacks]


async def test_a_running_process_works_on_and_starts_again(world: World) -> None:
    # So often that every statement is prepared on every connection.
    for number in range(6):
        await decided(world, f"before-{number}")
    waiting = await world.agent.asks(context={"subject": {"id": "waiting"}})
    await world.settles()
    widen(world.app.settings.database_url)
    for number in range(3):
        await decided(world, f"after-{number}")
    await world.restarts()
    await decided(world, "again")

    await world.later(minutes=16)
    await world.later(minutes=31)
    assert (await world.agent.sees(waiting["id"]))["status"] == "expired"
    await world.counts()
    report = await world.app.store.query(lambda connection: verify(connection, world.app.key_ring.is_signed))
    assert report.problems == []
    assert (await world.agent.http.get("/readyz")).status == 200
