"""HTTP towards Microsoft: bounded, without redirects, and with one way to say that nothing came.

Everything else about a request is its caller's; nothing is retried here.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

import aiohttp
from yarl import URL

#: no request takes longer; Teams itself gives up on its bots after 15 seconds
TIMEOUT = timedelta(seconds=10)
CONNECT = timedelta(seconds=5)
#: bytes of one answer; a page of a roster is the largest
MOST_BYTES = 2 * 1024 * 1024
_PART = 64 * 1024


class TeamsUnavailable(Exception):
    """No usable answer came."""

    def __init__(self, why: str, *, uncertain: bool) -> None:
        super().__init__(why)
        #: whether what was asked for may have happened all the same
        self.uncertain = uncertain


class TeamsRefused(Exception):
    """Teams answered no."""

    def __init__(self, status: int, code: str = "", retry_after: timedelta | None = None) -> None:
        super().__init__(f"{status} {code}".strip())
        self.status = status
        #: the word in the body, such as `BotNotInConversationRoster`; empty without one
        self.code = code
        self.retry_after = retry_after


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """What came back."""

    status: int
    headers: Mapping[str, str]
    body: bytes

    @property
    def json(self) -> Mapping[str, Any]:
        """The body; empty where it is no JSON object."""
        try:
            value = json.loads(self.body)
        except (ValueError, RecursionError):
            return {}
        return value if isinstance(value, dict) else {}


class Http:
    """A session of its own, opened at the first request."""

    def __init__(self, timeout: timedelta = TIMEOUT) -> None:
        self._timeout = timeout
        self._session: aiohttp.ClientSession | None = None

    async def ask(
        self,
        method: str,
        url: str,
        *,
        headers: Mapping[str, str] | None = None,
        json: Any = None,
        form: Mapping[str, str] | None = None,
    ) -> Answer:
        """The answer, whatever its status; raises `TeamsUnavailable`. The url is sent as it is spelled."""
        try:
            async with self._opened().request(
                method,
                URL(url, encoded=True),
                headers=headers,
                json=json,
                data=form,
                allow_redirects=False,
            ) as answer:
                return Answer(status=answer.status, headers=answer.headers, body=await _bounded(answer))
        except (aiohttp.ClientConnectorError, aiohttp.ConnectionTimeoutError) as error:
            raise TeamsUnavailable(
                f"{_host(url)} cannot be reached: {_named(error)}.", uncertain=False
            ) from error
        except (aiohttp.ClientError, OSError, ValueError) as error:
            raise TeamsUnavailable(
                f"{_host(url)} did not answer: {_named(error)}.", uncertain=True
            ) from error

    async def close(self) -> None:
        """Close the connections."""
        if self._session is not None:
            await self._session.close()

    def _opened(self) -> aiohttp.ClientSession:
        if self._session is None or self._session.closed:
            total = self._timeout.total_seconds()
            connect = min(total, CONNECT.total_seconds())
            self._session = aiohttp.ClientSession(timeout=aiohttp.ClientTimeout(total=total, connect=connect))
        return self._session


async def _bounded(answer: aiohttp.ClientResponse) -> bytes:
    read = bytearray()
    async for part in answer.content.iter_chunked(_PART):
        read += part
        if len(read) > MOST_BYTES:
            raise aiohttp.ClientPayloadError("too long")
    return bytes(read)


def _host(url: str) -> str:
    return URL(url).host or url


def _named(error: BaseException) -> str:
    return type(error).__name__
