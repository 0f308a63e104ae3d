"""One way to ask Slack anything: every failure becomes `Refused` or `Unreachable`, nothing is retried here.

The SDK would send a message twice after a dropped connection, and fails in a dozen ways when a body is not
what it expects; the outbox retries, and knows when a post may have worked.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import replace
from datetime import timedelta
from typing import Any
from urllib.parse import urlsplit

import aiohttp
from slack_sdk.errors import SlackApiError
from slack_sdk.web.async_client import AsyncWebClient
from slack_sdk.web.async_slack_response import AsyncSlackResponse

from adapters.slack.bounded_http import bounded_session
from bot.settings import SlackSettings

TIMEOUT = aiohttp.ClientTimeout(total=15, connect=5)
#: when Slack limits us without saying for how long
USUAL_HOLD = timedelta(seconds=30)
_LIMITED = 429
_BROKEN = 500

Ask = Callable[[AsyncWebClient], Awaitable[AsyncSlackResponse]]
Answer = Mapping[str, Any]


class Refused(Exception):
    """Slack answered no."""

    def __init__(self, code: str, retry_after: timedelta | None = None) -> None:
        super().__init__(code)
        #: Slack's own word, such as `channel_not_found`
        self.code = code
        self.retry_after = retry_after


class Unreachable(Exception):
    """No usable answer came."""

    def __init__(self, why: str, *, uncertain: bool) -> None:
        super().__init__(why)
        #: whether what was asked for may have happened all the same
        self.uncertain = uncertain


class SlackClient:
    """Slack's Web API by one bot token. Nothing is opened before the first question."""

    def __init__(
        self, settings: SlackSettings, on_refused: Callable[[SlackClient, str], None] | None = None
    ) -> None:
        """`on_refused` hears Slack's word whenever it says no."""
        self._settings = settings
        self._on_refused = on_refused
        self._session: aiohttp.ClientSession | None = None
        self._web: AsyncWebClient | None = None

    @property
    def token(self) -> str:
        """The bot token, empty without one."""
        return self._settings.bot_token

    @property
    def web(self) -> AsyncWebClient:
        """The SDK's client, on a session of its own."""
        if self._session is None or self._session.closed:
            self._session, self._web = bounded_session(TIMEOUT), None
        if self._web is None:
            self._web = AsyncWebClient(
                token=self._settings.bot_token,
                base_url=self._settings.api_url,
                session=self._session,
                retry_handlers=[],
            )
        return self._web

    def renew(self, bot_token: str) -> None:
        """Ask by another token from now on; what is under way ends by the old one."""
        self._settings, self._web = replace(self._settings, bot_token=bot_token), None

    async def ask(self, question: Ask) -> Answer:
        """Slack's answer; raises `Refused` or `Unreachable`."""
        try:
            answer = await question(self.web)
        except SlackApiError as error:
            raise self._heard(_no(error)) from error
        except (aiohttp.ClientConnectorError, aiohttp.ConnectionTimeoutError) as error:
            raise Unreachable(f"Slack cannot be reached: {_named(error)}.", uncertain=False) from error
        except (aiohttp.ClientError, OSError) as error:
            raise Unreachable(f"Slack did not answer: {_named(error)}.", uncertain=True) from error
        except (AttributeError, LookupError, RecursionError, TypeError, ValueError) as error:
            # What the SDK makes of a body that is no JSON object, from a proxy for instance.
            raise Unreachable(f"What answered is not Slack: {_named(error)}.", uncertain=True) from error
        if not isinstance(answer.data, dict):
            raise Unreachable("What answered is not Slack.", uncertain=True)
        return answer.data

    async def respond(self, url: str, body: Answer) -> None:
        """Post to a response URL; raises `Refused` or `Unreachable`."""
        if not self._is_ours(url):
            raise Refused("foreign_response_url")
        session = self.web.session
        if session is None:
            raise AssertionError("the client has a session")
        try:
            async with session.post(url, json=body, allow_redirects=False) as answer:
                if answer.status != 200:
                    raise Refused(f"http_{answer.status}")
        except (aiohttp.ClientError, OSError) as error:
            raise Unreachable(f"Slack did not answer: {_named(error)}.", uncertain=True) from error

    async def close(self) -> None:
        """Close the connections."""
        if self._session is not None:
            await self._session.close()

    def _heard(self, no: Refused | Unreachable) -> Refused | Unreachable:
        if self._on_refused is not None and isinstance(no, Refused):
            self._on_refused(self, no.code)
        return no

    def _is_ours(self, url: str) -> bool:
        """Response URLs point to Slack's own servers (hooks.slack.com), or to what stands in for Slack."""
        api = urlsplit(self._settings.api_url)
        try:
            given = urlsplit(url)
            host, home = given.hostname or "", api.hostname or ""
        except ValueError:
            return False
        return given.scheme == api.scheme and (host == home or host.endswith(f".{home}"))


def _no(error: SlackApiError) -> Refused | Unreachable:
    data: Any = getattr(error.response, "data", None)
    status = getattr(error.response, "status_code", None)
    code = data.get("error") if isinstance(data, dict) else None
    if status == _LIMITED or code in ("ratelimited", "rate_limited"):
        return Refused("ratelimited", _retry_after(getattr(error.response, "headers", None)))
    if not isinstance(code, str) or (isinstance(status, int) and status >= _BROKEN):
        return Unreachable(f"Slack did not answer: status {status}.", uncertain=True)
    return Refused(code)


def _retry_after(headers: Mapping[str, str] | None) -> timedelta:
    """Whole seconds are what Slack sends; anything else is taken as the usual hold."""
    text = (headers or {}).get("Retry-After", "")
    if text.isascii() and text.isdigit() and len(text) <= 6:
        return timedelta(seconds=max(int(text), 1))
    return USUAL_HOLD


def _named(error: BaseException) -> str:
    return type(error).__name__
