"""An inbox for each test."""

from collections.abc import AsyncIterator

import pytest_asyncio

from tests.adapters.web.desk import InboxDesk


@pytest_asyncio.fixture
async def desk() -> AsyncIterator[InboxDesk]:
    """An inbox as it is installed."""
    desk = InboxDesk()
    await desk.start()
    yield desk
    await desk.stop()


@pytest_asyncio.fixture
async def demo() -> AsyncIterator[InboxDesk]:
    """The demo's inbox, in which nobody signs in."""
    desk = InboxDesk(demo=True)
    await desk.start()
    yield desk
    await desk.stop()
