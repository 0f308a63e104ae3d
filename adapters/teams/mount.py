"""Teams over HTTP: one route, one proof of who sent it, then the door."""

from __future__ import annotations

import logging
from collections.abc import Mapping
from typing import Any, Protocol

from aiohttp import web

from adapters.teams.http import Http
from adapters.teams.keys import Keys
from adapters.teams.refusals import KeysAway, Malformed, NotForUs, Unauthenticated
from adapters.teams.sdk import run_turn
from adapters.teams.service_urls import LOOPBACK, ServiceUrls
from adapters.teams.tokens import Tokens
from bot.chat.arriving import TooSlow, whole_body
from bot.domain.errors import Busy, Forbidden, Misconfigured, PlacetError
from bot.ports import Clock
from bot.settings import TeamsSettings
from bot.strict_json import TooLarge, loads

PATH = "/api/messages"
#: bytes of one activity; Teams' own are far below
MOST_BYTES = 512 * 1024

_STATUS: Mapping[type[PlacetError], int] = {
    Unauthenticated: 401,
    Forbidden: 403,
    NotForUs: 403,
    TooLarge: 413,
    TooSlow: 408,
    KeysAway: 503,
    Busy: 503,
}

_log = logging.getLogger(__name__)


class Answer(Protocol):
    """What the door made of an activity."""

    @property
    def status(self) -> int:
        """Of HTTP."""

    @property
    def body(self) -> dict[str, Any] | None:
        """None for an empty one."""


class Taking(Protocol):
    """The door."""

    async def take(self, payload: dict[str, Any], /) -> Answer:
        """Record and answer; a `PlacetError` becomes a sentence."""


class Mount:
    """Takes Teams' requests; raises `Misconfigured` where anybody could speak as Teams."""

    def __init__(self, *, settings: TeamsSettings, door: Taking, clock: Clock) -> None:
        self._door = door
        self._service_urls = ServiceUrls(settings)
        self._http = Http()
        self._tokens = _tokens(settings, self._http, clock)

    def on(self, app: web.Application) -> None:
        """Add the route; what it keeps open is closed with the application."""
        app.router.add_post(PATH, self._handle)
        app.on_cleanup.append(self._close)

    async def _handle(self, request: web.Request) -> web.Response:
        try:
            return await self._answer(request)
        except PlacetError as error:
            status = _STATUS.get(type(error), 400)
            _log.log(
                logging.INFO if status == 401 else logging.WARNING,
                "A request for Teams' address was refused with %d: %s",
                status,
                error.sentence,
            )
            return web.Response(status=status, text=error.sentence)

    async def _answer(self, request: web.Request) -> web.Response:
        authorization = self._authorization(request)
        if request.content_type != "application/json" or "Content-Encoding" in request.headers:
            # Also what keeps a page in a developer's browser from speaking as Teams.
            return web.Response(status=415, text="Send application/json.")
        activity = loads(await whole_body(request, most=MOST_BYTES), max_bytes=MOST_BYTES)
        if not isinstance(activity, dict):
            raise Malformed
        await self._verify(authorization, activity)
        answer = await run_turn(activity, lambda raw: self._door.take(dict(raw)))
        if answer is None:
            return web.Response()
        if answer.body is None:
            return web.Response(status=answer.status)
        return web.json_response(answer.body, status=answer.status)

    def _authorization(self, request: web.Request) -> str | None:
        given = request.headers.getall("Authorization", [])
        if self._tokens is not None and len(given) != 1:
            raise Unauthenticated
        return given[0] if given else None

    async def _verify(self, authorization: str | None, activity: Mapping[str, Any]) -> None:
        if self._tokens is not None:
            await self._tokens.verify(authorization, activity)
        if not self._service_urls.allow(activity.get("serviceUrl")):
            raise NotForUs("The activity names a service that is not one of Teams'.")

    async def _close(self, app: web.Application) -> None:
        if self._tokens is not None:
            await self._tokens.close()
        await self._http.close()


def _tokens(settings: TeamsSettings, http: Http, clock: Clock) -> Tokens | None:
    """None in development, where this machine alone is listened to."""
    if settings.unauthenticated:
        if settings.host.strip("[]") not in LOOPBACK:
            raise Misconfigured(
                "PLACET_TEAMS_UNAUTHENTICATED lets anybody speak as Teams, so PLACET_HOST has to be"
                " 127.0.0.1; remove one of them."
            )
        return None
    if not settings.app_id:
        raise Misconfigured(
            "Teams needs PLACET_TEAMS_APP_ID, the id of the bot, to know what is meant for it."
        )
    keys = Keys(settings.openid_metadata_url, http, clock)
    return Tokens(app_id=settings.app_id, tenants=settings.tenants, keys=keys, clock=clock)
