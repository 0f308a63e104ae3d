"""How long a figure waits for anything, before it says that it cannot be taken."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from bench.figure import Unmeasured


@asynccontextmanager
async def patience(seconds: float, what: str) -> AsyncIterator[None]:
    """Raises `Unmeasured` when the block takes longer."""
    try:
        async with asyncio.timeout(seconds):
            yield
    except TimeoutError:
        raise Unmeasured(f"Waited {seconds:.0f} seconds in vain for {what}.") from None
