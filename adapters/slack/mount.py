"""Slack over HTTP: one route, one signature check, then the door."""

from __future__ import annotations

import logging

from aiohttp import web
from slack_bolt.adapter.aiohttp import to_aiohttp_response

from adapters.slack.door import Door
from adapters.slack.form import MOST_BYTES, read_body
from adapters.slack.signature import SIGNATURE, TIMESTAMP, Signatures
from adapters.slack.workspaces import NotConnected
from bot.chat.arriving import TooSlow, whole_body
from bot.domain.errors import Busy, Forbidden, PlacetError
from bot.ports import Clock
from bot.strict_json import TooLarge

PATH = "/slack/events"

#: passed on to Bolt, which tells listeners about them
_PASSED_ON = ("X-Slack-Retry-Num", "X-Slack-Retry-Reason")
_STATUS: dict[type[PlacetError], int] = {
    Forbidden: 403,
    NotConnected: 503,
    Busy: 503,
    TooLarge: 413,
    TooSlow: 408,
}

_log = logging.getLogger(__name__)


class Mount:
    """Takes Slack's requests."""

    def __init__(self, *, door: Door, signatures: Signatures, clock: Clock) -> None:
        self._door = door
        #: what Slack signs with
        self.signatures = signatures
        self._clock = clock

    def on(self, app: web.Application) -> None:
        """Add the route."""
        app.router.add_post(PATH, self._handle)

    async def _handle(self, request: web.Request) -> web.Response:
        if "Content-Encoding" in request.headers:
            return web.Response(status=415, text="Send the body as it is, without Content-Encoding.")
        try:
            body = await whole_body(request, most=MOST_BYTES)
        except (TooLarge, TooSlow) as error:
            # Nobody knows yet who sent it, so that there is nothing to tell the log.
            return web.Response(status=_STATUS[type(error)], text=error.sentence)
        if not self._is_genuine(request, body):
            return web.Response(status=401, text="The signature is missing, wrong or too old.")
        try:
            payload = read_body(body, request.content_type)
            if payload is None:
                return web.Response()
            headers = {name: request.headers[name] for name in _PASSED_ON if name in request.headers}
            return await to_aiohttp_response(await self._door.take(payload, headers))
        except PlacetError as error:
            _log.warning("A signed request of Slack's was refused: %s", error.sentence)
            return web.Response(status=_STATUS.get(type(error), 400), text=error.sentence)

    def _is_genuine(self, request: web.Request, body: bytes) -> bool:
        timestamps = request.headers.getall(TIMESTAMP, [])
        signatures = request.headers.getall(SIGNATURE, [])
        if len(timestamps) != 1 or len(signatures) != 1:
            return False
        return self.signatures.are_genuine(timestamps[0], signatures[0], body, self._clock())
