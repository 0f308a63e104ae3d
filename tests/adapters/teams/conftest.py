"""A fake Teams and an installation that is connected to it."""

from collections.abc import AsyncIterator
from datetime import timedelta

import pytest

from tests.adapters.teams.desk import Desk
from tests.fakes.clock import MovedClock
from tests.fakes.fake_teams import FakeTeams


@pytest.fixture
async def desk() -> AsyncIterator[Desk]:
    """Started, with the app in no team yet; waits for its database no longer than a fifth of a second."""
    clock = MovedClock()
    async with FakeTeams(clock) as teams:
        desk = Desk(teams, clock, patience=timedelta(seconds=0.2))
        await desk.start()
        yield desk
        await desk.stop()
