"""A fake Slack and an installation that is connected to it."""

from collections.abc import AsyncIterator
from datetime import timedelta

import pytest

from tests.adapters.slack.desk import Desk
from tests.fakes.clock import MovedClock
from tests.fakes.slack_server import FakeSlack


@pytest.fixture
def clock() -> MovedClock:
    """Stands still."""
    return MovedClock()


@pytest.fixture
async def slack(clock: MovedClock) -> AsyncIterator[FakeSlack]:
    """A workspace with two channels."""
    async with FakeSlack(clock) as slack:
        slack.add_channel("support")
        slack.add_channel("leads")
        yield slack


@pytest.fixture
async def desk(slack: FakeSlack, clock: MovedClock) -> AsyncIterator[Desk]:
    """Started, over HTTP."""
    desk = Desk(slack, clock)
    await desk.start()
    yield desk
    await desk.stop()


@pytest.fixture
async def hasty_desk(slack: FakeSlack, clock: MovedClock) -> AsyncIterator[Desk]:
    """One that waits for its database no longer than a tenth of a second."""
    desk = Desk(slack, clock, patience=timedelta(seconds=0.1))
    await desk.start()
    yield desk
    await desk.stop()
