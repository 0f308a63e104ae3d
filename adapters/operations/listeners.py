"""`/healthz`, `/readyz` and `/metrics`: alive, able to take work, and the figures.

Alive says only that the process answers, so that nothing restarts it because a database is away;
ready says whether a request that came now would be stored.
"""

from __future__ import annotations

import base64
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Any

from aiohttp import web

from adapters.operations.proof import NONCE, Sign, statement
from bot.domain.errors import PlacetError
from bot.metrics import CONTENT_TYPE, Metrics
from bot.policy import PolicyBook


@dataclass(frozen=True, slots=True, kw_only=True)
class Operations:
    """The operator's routes."""

    metrics: Metrics
    #: raises `PlacetError` when a request could not be stored now
    check: Callable[[], Awaitable[None]]
    book: PolicyBook
    #: proves to whoever asks with a nonce that it is this installation
    sign: Sign

    def mount(self, app: web.Application) -> None:
        """Add the routes to an application."""
        app.router.add_get("/healthz", self._alive)
        app.router.add_get("/readyz", self._ready)
        app.router.add_get("/metrics", self._figures)

    async def _alive(self, request: web.Request) -> web.Response:
        nonce = request.query.get("nonce", "")
        if not NONCE.fullmatch(nonce):
            return web.json_response({"status": "alive"})
        kid, signature = self.sign(statement(nonce))
        proof = base64.urlsafe_b64encode(signature).decode("ascii")
        return web.json_response({"status": "alive", "kid": kid, "signature": proof})

    async def _ready(self, _: web.Request) -> web.Response:
        try:
            await self.check()
        except PlacetError as error:
            return web.json_response({"status": "not ready", "why": error.sentence}, status=503)
        return web.json_response({"status": "ready", "policy": self._policy()})

    def _policy(self) -> dict[str, Any]:
        """Which version holds; what is wrong with its file stands in the log, for it tells of people."""
        held, trouble = self.book.current(), self.book.trouble
        if trouble is None:
            return {"version": held.version}
        why = "The changed policy cannot be used, so this version goes on holding; the log says why."
        return {"version": held.version, "broken_since": trouble.since_at.isoformat(), "why": why}

    async def _figures(self, _: web.Request) -> web.Response:
        return web.Response(body=self.metrics.page(), headers={"Content-Type": CONTENT_TYPE})
