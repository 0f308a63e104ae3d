"""A running door for every test that asks for one."""

from collections.abc import AsyncIterator

import pytest_asyncio

from tests.adapters.agents.door import Door


@pytest_asyncio.fixture
async def door() -> AsyncIterator[Door]:
    """The agents' door on 127.0.0.1."""
    async with Door().open() as opened:
        yield opened
