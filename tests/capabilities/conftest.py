"""Desks for stories of capabilities, on each database."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from tests.capabilities.desk import Desk


@pytest.fixture
async def support(database_url: str, tmp_path: Path) -> AsyncIterator[Desk]:
    """Refunds and credits, by an agent of whom people have seen enough."""
    async with Desk(database_url, tmp_path, "support-refunds") as desk:
        yield desk


@pytest.fixture
async def new_support(database_url: str, tmp_path: Path) -> AsyncIterator[Desk]:
    """Refunds and credits, by an agent that begins today."""
    async with Desk(database_url, tmp_path, "support-refunds", seasoned=False) as desk:
        yield desk


@pytest.fixture
async def messages(database_url: str, tmp_path: Path) -> AsyncIterator[Desk]:
    """Replies, follow-ups, posts and campaigns, by an agent of whom people have seen enough."""
    async with Desk(database_url, tmp_path, "outbound-messages") as desk:
        yield desk


@pytest.fixture
async def new_messages(database_url: str, tmp_path: Path) -> AsyncIterator[Desk]:
    """Replies, follow-ups, posts and campaigns, by an agent that begins today."""
    async with Desk(database_url, tmp_path, "outbound-messages", seasoned=False) as desk:
        yield desk
