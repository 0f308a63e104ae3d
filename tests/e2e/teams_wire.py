"""The wire between Teams and the bot, in both directions: everything on it is noted."""

from __future__ import annotations

import asyncio
import json
import threading
from collections.abc import Coroutine, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any, TypeAlias
from urllib.parse import unquote

from aiohttp import ClientSession, ClientTimeout, web

from tests.ports import LOOPBACK, free_port

Json: TypeAlias = dict[str, Any]

_HOP_BY_HOP = ("host", "content-length", "transfer-encoding", "connection", "content-encoding")
_CONNECTOR = "/_connector"
_TOO_MANY = {"error": {"code": "Throttled", "message": "Too many requests."}}


@dataclass(frozen=True, kw_only=True, slots=True)
class Delivered:
    """An activity that the bot was sent, and what it answered."""

    activity: Json
    status: int
    answer: Any


@dataclass(frozen=True, kw_only=True, slots=True)
class Call:
    """Something that the bot asked of Teams, and what it got."""

    method: str
    #: without the part that every call begins with
    path: str
    body: Json
    status: int
    answer: Any


class TeamsWire:
    """Stands between both; runs in a thread of its own."""

    def __init__(self, *, bot_url: str, teams_url: str) -> None:
        self._bot_url = bot_url
        self._teams_url = teams_url
        self._port = free_port()
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._loop.run_forever, name="teams-wire", daemon=True)
        self._runner: web.AppRunner | None = None
        self.delivered: list[Delivered] = []
        self.calls: list[Call] = []
        self._is_busy = False

    @property
    def messages_url(self) -> str:
        """Where Teams reaches the bot."""
        return f"http://{LOOPBACK}:{self._port}/api/messages"

    @property
    def service_url(self) -> str:
        """Where the bot reaches Teams."""
        return f"http://{LOOPBACK}:{self._port}{_CONNECTOR}"

    @contextmanager
    def limited_rate(self) -> Iterator[None]:
        """Let Teams take no posts until the block ends, as when a conversation has had too many."""
        self._is_busy = True
        yield
        self._is_busy = False

    def open(self) -> None:
        """Let both sides talk."""
        self._thread.start()
        self._run(self._serve())

    def shut(self) -> None:
        """Cut the wire for good; harmless when it was never open."""
        if not self._thread.is_alive():
            return
        self._run(self._stop())
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join()
        self._loop.close()

    def _run(self, work: Coroutine[Any, Any, None]) -> None:
        asyncio.run_coroutine_threadsafe(work, self._loop).result(timeout=30)

    async def _serve(self) -> None:
        app = web.Application(client_max_size=4 * 1024 * 1024)
        app.router.add_post("/api/messages", self._on_activity)
        app.router.add_route("*", f"{_CONNECTOR}/{{path:.*}}", self._on_call)
        self._runner = web.AppRunner(app, access_log=None, shutdown_timeout=0.1, handler_cancellation=True)
        await self._runner.setup()
        await web.TCPSite(self._runner, LOOPBACK, self._port).start()

    async def _stop(self) -> None:
        if self._runner is not None:
            await self._runner.cleanup()

    async def _on_activity(self, request: web.Request) -> web.Response:
        body = await request.read()
        status, text = await _forward(request, self._bot_url, body)
        self.delivered.append(Delivered(activity=json.loads(body), status=status, answer=_read(text)))
        return web.Response(text=text, status=status, content_type="application/json")

    async def _on_call(self, request: web.Request) -> web.Response:
        body = await request.read()
        if request.method == "POST" and self._is_busy:
            return web.json_response(_TOO_MANY, status=429, headers={"Retry-After": "1"})
        status, text = await _forward(request, self._teams_url + request.path_qs, body)
        path = unquote(request.path).removeprefix(_CONNECTOR)
        self.calls.append(
            Call(method=request.method, path=path, body=_read(body) or {}, status=status, answer=_read(text))
        )
        return web.Response(text=text, status=status, content_type="application/json")


async def _forward(request: web.Request, url: str, body: bytes) -> tuple[int, str]:
    headers = {k: v for k, v in request.headers.items() if k.lower() not in _HOP_BY_HOP}
    async with (
        ClientSession(timeout=ClientTimeout(total=30)) as http,
        http.request(request.method, url, data=body, headers=headers) as answer,
    ):
        return answer.status, await answer.text()


def _read(text: str | bytes) -> Any:
    try:
        return json.loads(text)
    except ValueError:
        return None
