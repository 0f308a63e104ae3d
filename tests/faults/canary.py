"""A server that nobody may ever talk to: where redirects lead."""

from __future__ import annotations

from types import TracebackType
from typing import Self

from aiohttp import web


class Canary:
    """Notes what arrives."""

    def __init__(self) -> None:
        #: method, path and headers of each request
        self.heard: list[str] = []
        self._runner: web.AppRunner | None = None
        self._port = 0

    @property
    def url(self) -> str:
        """Its address."""
        return f"http://127.0.0.1:{self._port}"

    async def __aenter__(self) -> Self:
        app = web.Application()
        app.router.add_route("*", "/{path:.*}", self._on)
        self._runner = web.AppRunner(app, access_log=None)
        await self._runner.setup()
        await web.TCPSite(self._runner, "127.0.0.1", 0).start()
        self._port = self._runner.addresses[0][1]
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        assert self._runner is not None
        await self._runner.cleanup()

    async def _on(self, request: web.Request) -> web.Response:
        self.heard.append(f"{request.method} {request.path} {dict(request.headers)}")
        return web.json_response({"ok": True, "id": "1", "channel": "C0SUPPORT", "ts": "1.000001"})
