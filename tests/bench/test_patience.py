"""What a figure waits for."""

import asyncio

import pytest

from bench.figure import Unmeasured
from bench.patience import patience


async def test_what_never_comes_is_told_as_a_figure_that_cannot_be_taken() -> None:
    with pytest.raises(Unmeasured, match="Waited 0 seconds in vain for godot"):
        async with patience(0, "godot"):
            await asyncio.Event().wait()


async def test_what_comes_is_no_matter() -> None:
    async with patience(60, "godot"):
        await asyncio.sleep(0)
