"""Whole installations to send hostile input to, on both databases where anything is read for it."""

from __future__ import annotations

import logging
from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import pytest

from tests.adapters.agents.door import Door
from tests.adapters.web.desk import InboxDesk
from tests.doors.teams_post import TeamsWaiting
from tests.doors.waiting import Waiting
from tests.flows.teams_world import TeamsWorld
from tests.flows.test_editing import EditingWorld


@pytest.fixture
def no_traceback(caplog: pytest.LogCaptureFixture) -> Iterator[None]:
    """Nothing that came in was an accident: no error was logged, and no traceback with anything."""
    yield
    accidents = [
        record
        for record in caplog.get_records("call")
        if record.levelno >= logging.ERROR or record.exc_info not in (None, (None, None, None))
    ]
    assert accidents == [], [record.getMessage() for record in accidents]


@pytest.fixture
async def slack_world(database_url: str, tmp_path: Path) -> AsyncIterator[EditingWorld]:
    """An installation in Slack, running."""
    async with EditingWorld(database_url, tmp_path) as world:
        yield world


@pytest.fixture
async def waiting(slack_world: EditingWorld) -> Waiting:
    """A request whose card stands in Slack and waits for people."""
    return await Waiting.posted(slack_world)


@pytest.fixture
async def teams_world(database_url: str, tmp_path: Path) -> AsyncIterator[TeamsWorld]:
    """An installation in Slack and Teams, with the app in the team."""
    async with TeamsWorld(database_url, tmp_path) as world:
        await world.installs()
        yield world


@pytest.fixture
async def teams_waiting(teams_world: TeamsWorld) -> TeamsWaiting:
    """A request whose card stands in Teams and waits for people."""
    return await TeamsWaiting.in_teams(teams_world)


@pytest.fixture
async def door() -> AsyncIterator[Door]:
    """The agents' address on 127.0.0.1, with a store in memory behind it."""
    async with Door().open() as opened:
        yield opened


@pytest.fixture
async def locked() -> AsyncIterator[Door]:
    """As `door`, with no network open to callbacks but the public internet."""
    async with Door(allow_networks=()).open() as opened:
        yield opened


@pytest.fixture
async def desk() -> AsyncIterator[InboxDesk]:
    """The browser's inbox, with a store in memory behind it."""
    desk = InboxDesk()
    await desk.start()
    yield desk
    await desk.stop()
