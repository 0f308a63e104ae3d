"""Slack over Socket Mode: a connection that Placet opens, for installations that Slack cannot reach.

docs.slack.dev/apis/events-api/using-socket-mode
"""

from __future__ import annotations

import asyncio
import logging
import time
from collections.abc import Sequence

from slack_bolt.adapter.socket_mode.async_internals import send_async_response
from slack_bolt.response import BoltResponse
from slack_sdk.socket_mode.aiohttp import SocketModeClient
from slack_sdk.socket_mode.async_client import AsyncBaseSocketModeClient
from slack_sdk.socket_mode.request import SocketModeRequest

from adapters.slack.client import SlackClient
from adapters.slack.door import Door
from bot.domain.errors import PlacetError

#: seconds between looks at the connection
LOOK_EVERY = 1.0
#: seconds without a connection after which it is begun anew, each time longer: Slack wants to be asked for
#: an address about once a minute (docs.slack.dev/reference/methods/apps.connections.open)
GRACES = (5.0, 15.0, 30.0, 60.0)

_log = logging.getLogger(__name__)


class SocketMode:
    """One connection, which is kept up."""

    def __init__(
        self,
        *,
        app_token: str,
        client: SlackClient,
        door: Door,
        look_every: float = LOOK_EVERY,
        graces: Sequence[float] = GRACES,
    ) -> None:
        self._app_token = app_token
        self._client = client
        self._door = door
        self._look_every = look_every
        self._graces = graces

    async def run(self) -> None:
        """Stay connected until cancelled.

        The SDK reconnects by itself, but tries an address that works once again and again; so a connection
        that stays away is thrown away.
        """
        failed = 0
        while True:
            socket = self._open()
            connecting = asyncio.create_task(_connect(socket))
            try:
                stood = await self._until_lost(socket, self._graces[min(failed, len(self._graces) - 1)])
                failed = 0 if stood else failed + 1
                _log.warning("The connection to Slack is gone or has another token, and is begun anew.")
            finally:
                connecting.cancel()
                await asyncio.wait((connecting,))
                await socket.close()  # type: ignore[no-untyped-call]  # the SDK leaves it untyped

    async def renew(self, app_token: str) -> None:
        """Connect by another token; raises `Refused` or `Unreachable`, and stays with the old one then."""
        await self._client.ask(lambda web: web.apps_connections_open(app_token=app_token))
        self._app_token = app_token

    def _open(self) -> SocketModeClient:
        socket = SocketModeClient(app_token=self._app_token, web_client=self._client.web, logger=_log)
        socket.socket_mode_request_listeners.append(self._handle)
        return socket

    async def _until_lost(self, socket: SocketModeClient, grace: float) -> bool:
        """Return when it was away for so long, or is to be another's; whether it ever stood."""
        away, stood, token = 0.0, False, self._app_token
        while away < grace and token == self._app_token:
            await asyncio.sleep(self._look_every)
            stands = await socket.is_connected()
            away, stood = (0.0, True) if stands else (away + self._look_every, stood)
        return stood

    async def _handle(self, client: AsyncBaseSocketModeClient, request: SocketModeRequest) -> None:
        started_at = time.time()
        answer = await self._answer(request)
        # An envelope without an answer holds up the next one for seconds.
        answer.status = 200
        await send_async_response(client, request, answer, started_at)

    async def _answer(self, request: SocketModeRequest) -> BoltResponse:
        headers = {"X-Slack-Retry-Num": str(request.retry_attempt)} if request.retry_attempt else {}
        try:
            return await self._door.take(request.payload, headers)
        except PlacetError as error:
            _log.warning("Something that came over Socket Mode was refused: %s", error.sentence)
            return BoltResponse(status=200, body="")


async def _connect(socket: SocketModeClient) -> None:
    await socket.connect()  # type: ignore[no-untyped-call]  # the SDK leaves it untyped
