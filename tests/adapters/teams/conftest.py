"""A fake Teams and an installation that is connected to it."""

from collections.abc import AsyncIterator
from datetime import timedelta

import pytest

from tests.adapters.teams.desk import Desk, started


@pytest.fixture
async def desk() -> AsyncIterator[Desk]:
    """Started, with the app in no team yet."""
    async with started() as desk:
        yield desk


@pytest.fixture
async def hasty_desk() -> AsyncIterator[Desk]:
    """One that waits for its database no longer than a fifth of a second."""
    async with started(patience=timedelta(seconds=0.2)) as desk:
        yield desk
