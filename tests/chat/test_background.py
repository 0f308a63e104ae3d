"""Work that goes on after an answer: it may fail, and it ends with the process."""

import asyncio
import logging

import pytest

from bot.chat.background import Background


async def fail() -> None:
    """Nobody waits for this."""
    raise ValueError("the answer is told already")


async def test_what_fails_is_logged_and_nothing_else_ends(caplog: pytest.LogCaptureFixture) -> None:
    done = []
    background = Background()
    background.start(fail())

    async def follow() -> None:
        done.append("followed")

    background.start(follow())
    with caplog.at_level(logging.ERROR):
        await background.settle()
    assert done == ["followed"]
    assert "after the platform was answered" in caplog.text


async def test_stopping_ends_what_still_runs(caplog: pytest.LogCaptureFixture) -> None:
    background = Background()
    background.start(asyncio.sleep(3600))
    await background.stop()
    await background.settle()
    assert caplog.text == ""
