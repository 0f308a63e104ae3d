"""`/healthz`, `/readyz` and `/metrics`: alive, able to take work, and the figures.

Alive says only that the process answers, so that nothing restarts it because a database is away;
ready says whether a request that came now would be stored.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import dataclass

from aiohttp import web

from bot.domain.errors import PlacetError
from bot.metrics import CONTENT_TYPE, Metrics


@dataclass(frozen=True, slots=True, kw_only=True)
class Operations:
    """The operator's routes."""

    metrics: Metrics
    #: raises `PlacetError` when a request could not be stored now
    check: Callable[[], Awaitable[None]]

    def mount(self, app: web.Application) -> None:
        """Add the routes to an application."""
        app.router.add_get("/healthz", self._alive)
        app.router.add_get("/readyz", self._ready)
        app.router.add_get("/metrics", self._figures)

    async def _alive(self, _: web.Request) -> web.Response:
        return web.json_response({"status": "alive"})

    async def _ready(self, _: web.Request) -> web.Response:
        try:
            await self.check()
        except PlacetError as error:
            return web.json_response({"status": "not ready", "why": error.sentence}, status=503)
        return web.json_response({"status": "ready"})

    async def _figures(self, _: web.Request) -> web.Response:
        return web.Response(body=self.metrics.page(), headers={"Content-Type": CONTENT_TYPE})
