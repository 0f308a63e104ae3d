"""Where the sample agent takes callbacks, verified as any agent would: with the Standard Webhooks library.

Ten lines are all that an agent needs; it knows nothing of Placet but its callback secret.
"""

from __future__ import annotations

import asyncio
import socket
from collections.abc import Awaitable, Callable
from typing import Any, TypeAlias

from aiohttp import web
from standardwebhooks import Webhook, WebhookVerificationError

HOST = "127.0.0.1"

#: what to do with a callback: its message id and its body, None when the signature did not fit
OnCallback: TypeAlias = Callable[[str, dict[str, Any] | None], Awaitable[None]]


class Receiver:
    """A little server on loopback."""

    def __init__(self, on_callback: OnCallback) -> None:
        self._on_callback = on_callback
        self._secret = ""  # nosec B105  # not known yet
        self._listening = socket.create_server((HOST, 0))
        self._runner: web.AppRunner | None = None
        self._seen: set[str] = set()
        self._doing: set[asyncio.Task[None]] = set()

    @property
    def address(self) -> str:
        """Where callbacks go."""
        return f"http://{HOST}:{self._listening.getsockname()[1]}/callbacks"

    async def start(self, secret: str) -> None:
        """Take callbacks signed with this secret (`whsec_…`)."""
        self._secret = secret
        app = web.Application()
        app.router.add_post("/callbacks", self._receive)
        self._runner = web.AppRunner(app, access_log=None, shutdown_timeout=1)
        await self._runner.setup()
        await web.SockSite(self._runner, self._listening).start()

    async def stop(self) -> None:
        """Take no more, and drop what is under way."""
        for task in self._doing:
            task.cancel()
        await asyncio.gather(*self._doing, return_exceptions=True)
        if self._runner is not None:
            await self._runner.cleanup()
        self._listening.close()

    async def _receive(self, request: web.Request) -> web.Response:
        body = await request.read()
        message_id = request.headers.get("webhook-id", "")
        try:
            callback = Webhook(self._secret).verify(body, dict(request.headers))
        except (WebhookVerificationError, ValueError):
            await self._on_callback(message_id, None)
            return web.Response(status=401)
        # The same callback may come again; its id says so.
        if message_id not in self._seen:
            self._seen.add(message_id)
            self._begin(self._on_callback(message_id, callback))
        return web.Response(status=204)

    def _begin(self, doing: Awaitable[None]) -> None:
        """Answer first and act afterwards, as Standard Webhooks asks."""
        task = asyncio.ensure_future(doing)
        self._doing.add(task)
        task.add_done_callback(self._doing.discard)
