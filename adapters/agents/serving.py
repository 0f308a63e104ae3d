"""Listens for HTTP, and lets what is under way end."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from aiohttp import web

from adapters.agents.patient_site import PatientSite

#: how long a shutdown waits for answers under way (seconds)
GOODBYE = 5.0
#: how long an idle connection is kept for its next request (seconds)
IDLE = 75.0
#: how long the rest of a request that was answered already is taken in, before hanging up (seconds)
LINGER = 10.0


@asynccontextmanager
async def listening(
    app: web.Application, host: str, port: int, *, documentation: str = "/docs"
) -> AsyncIterator[PatientSite]:
    """Answer requests for as long as the context lasts; `documentation` explains the kinds of problems."""
    # A compressed body can unpack to a thousand times its size; no door here takes any.
    runner = web.AppRunner(
        app,
        shutdown_timeout=GOODBYE,
        access_log=None,
        auto_decompress=False,
        keepalive_timeout=IDLE,
        lingering_time=LINGER,
    )
    await runner.setup()
    try:
        site = PatientSite(runner, host, port, documentation=documentation)
        await site.start()
        yield site
    finally:
        await runner.cleanup()
