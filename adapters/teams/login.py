"""The bot's own tokens: fetched ahead of time, one at a time, and forgotten when Teams refuses them.

learn.microsoft.com/azure/bot-service/rest-api/bot-framework-rest-connector-authentication: client
credentials for the scope of Bot Framework, from the bot's tenant, or from Bot Framework's own for a bot of
several tenants.
"""

from __future__ import annotations

import asyncio
import contextlib
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import Any
from urllib.parse import quote, urlsplit

from adapters.teams.http import Http, TeamsRefused, TeamsUnavailable
from bot.ports import Clock
from bot.settings import TeamsSettings

SCOPE = "https://api.botframework.com/.default"
MANY_TENANTS = "botframework.com"
#: a token is replaced so long before it ends, so that none ends on its way
MARGIN = timedelta(minutes=5)
#: what a token without a usable lifetime is taken to have
SHORTEST = timedelta(minutes=1)
_LONGEST_S = 24 * 3600
#: the code of a `TeamsRefused` that the login raised
LOGIN = "login"


@dataclass(frozen=True, slots=True, kw_only=True)
class _Token:
    text: str = field(repr=False)
    ends_at: datetime
    renew_at: datetime


class Login:
    """Who the bot is towards Teams."""

    def __init__(self, settings: TeamsSettings, http: Http, clock: Clock) -> None:
        self._settings = settings
        self._http = http
        self._clock = clock
        self._token: _Token | None = None
        self._fetching: asyncio.Task[_Token] | None = None

    async def token(self) -> str:
        """A token that still holds; raises `TeamsRefused` with the code `login`, or `TeamsUnavailable`."""
        held, now = self._token, self._clock()
        if held is not None and now < held.renew_at:
            return held.text
        if held is not None and now < held.ends_at:
            _ = self._start()
            return held.text
        # One who hangs up does not end it for those who also wait.
        return (await asyncio.shield(self._start())).text

    def drop(self, token: str) -> None:
        """Teams refused this token; the next question fetches another."""
        if self._token is not None and self._token.text == token:
            self._token = None

    async def renew(self, password: str) -> None:
        """Log in with another password from now on, which has just worked; raises as `token` does."""
        other = Login(replace(self._settings, app_password=password), self._http, self._clock)
        await other.token()
        self._settings, self._token = other._settings, other._token

    async def close(self) -> None:
        """End what is under way."""
        if self._fetching is not None:
            self._fetching.cancel()
            with contextlib.suppress(asyncio.CancelledError, TeamsRefused, TeamsUnavailable):
                await self._fetching

    def _start(self) -> asyncio.Task[_Token]:
        if self._fetching is None or self._fetching.done():
            self._fetching = asyncio.create_task(self._fetch(), name="token for Teams")
            self._fetching.add_done_callback(_seen)
        return self._fetching

    async def _fetch(self) -> _Token:
        url, form = token_url(self._settings), token_form(self._settings)
        try:
            answer = await self._http.ask("POST", url, form=form)
        except TeamsUnavailable as error:
            # Asking for a token twice does no harm, so nothing is in doubt.
            raise TeamsUnavailable(str(error), uncertain=False) from error
        text = answer.json.get("access_token")
        if 400 <= answer.status < 500 and answer.status != 429:
            raise TeamsRefused(401, LOGIN)
        if answer.status != 200 or not isinstance(text, str) or not text.isascii() or not text:
            raise TeamsUnavailable(f"The login for Teams answered {answer.status}.", uncertain=False)
        self._token = self._made(text, _seconds(answer.json.get("expires_in")))
        return self._token

    def _made(self, text: str, lives_s: int) -> _Token:
        now, lives = self._clock(), timedelta(seconds=lives_s)
        renewed = max(lives - MARGIN, lives / 2)
        return _Token(text=text, ends_at=now + lives, renew_at=now + renewed)


def token_url(settings: TeamsSettings) -> str:
    """Where the bot gets its tokens."""
    base = settings.login_url.rstrip("/")
    if not urlsplit(base).path:
        tenants = settings.tenants
        base = f"{base}/{quote(tenants[0] if len(tenants) == 1 else MANY_TENANTS)}"
    return f"{base}/oauth2/v2.0/token"


def token_form(settings: TeamsSettings) -> dict[str, str]:
    """What the bot shows there."""
    return {
        "grant_type": "client_credentials",
        "client_id": settings.app_id,
        "client_secret": settings.app_password,
        "scope": SCOPE,
    }


def _seconds(given: Any) -> int:
    """The lifetime; some clouds send it as text."""
    text = str(given)
    is_number = text.isascii() and text.isdigit() and len(text) <= 9
    return max(1, min(int(text), _LONGEST_S)) if is_number else int(SHORTEST.total_seconds())


def _seen(task: asyncio.Task[_Token]) -> None:
    """A failure while the old token still holds is nobody's; the next question tries again."""
    if not task.cancelled():
        task.exception()
