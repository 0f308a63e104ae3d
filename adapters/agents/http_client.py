"""POSTs to addresses that agents chose, and survives whatever answers there.

Nothing is believed but the status line. A redirect is never followed: it would carry a signed body to an
address that nobody approved; it counts as a failure and is tried again, because redirects come from login
pages, maintenance and half-done moves that their operators repair. The address that is really dialled is
checked on its socket, so that a name which answers differently the second time gains nothing.
"""

from __future__ import annotations

import asyncio
import os
import ssl
from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, datetime, timedelta
from types import TracebackType
from typing import Self

import aiohttp
import yarl

from adapters.agents.addresses import ForbiddenAddress, check_url
from adapters.agents.dialling import Dialled, guarded_connector, watch_dialling
from adapters.agents.networks import Network
from adapters.agents.retry_after import retry_after
from bot.ports import Clock, Done, GiveUp, RetryLater, Sent

#: Standard Webhooks asks for 15 to 30 seconds
TIMEOUT = timedelta(seconds=20)
#: how much of an answer is read, for the connection to be used again and for an excerpt
MOST_BYTES = 64 * 1024

#: the status has decided already, so nobody waits long for the rest of an answer
_REST_OF_ANSWER = timedelta(seconds=2)
_EXCERPT = 200


def _now() -> datetime:
    return datetime.now(UTC)


class CallbackClient:
    """The outgoing HTTP of callbacks; an async context manager that keeps connections open.

    `allow` are networks that are open although they are not public, and the only ones for `http://`;
    `public_url` is our own address; `timeout` covers one whole attempt.
    """

    def __init__(
        self,
        *,
        allow: Sequence[Network] = (),
        public_url: str | None = None,
        timeout: timedelta = TIMEOUT,
        per_host: int = 8,
        clock: Clock = _now,
        resolver: Callable[[], aiohttp.abc.AbstractResolver] | None = None,
        trust: ssl.SSLContext | None = None,
    ) -> None:
        self._allow = tuple(allow)
        self._public_url = public_url
        self._timeout = timeout
        self._per_host = per_host
        self._clock = clock
        self._resolver = resolver
        self._trust = trust
        self._sessions: dict[str, aiohttp.ClientSession] = {}

    async def __aenter__(self) -> Self:
        self._sessions = {"https": self._session(public=True), "http": self._session(public=False)}
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        for session in self._sessions.values():
            await session.close()

    async def post(self, url: str, body: bytes, headers: Mapping[str, str]) -> Sent:
        """One attempt: 2xx is Done, 410 or a forbidden address GiveUp, the rest RetryLater."""
        try:
            check_url(url, self._allow, public_url=self._public_url)
        except ForbiddenAddress as error:
            return GiveUp(why=error.sentence)
        target = yarl.URL(url, encoded=True)
        host = target.raw_host or url
        post = self._sessions[target.scheme].post
        with watch_dialling() as dialled:
            try:
                async with post(target, data=body, headers=headers, allow_redirects=False) as answer:
                    return self._outcome(host, answer, await _excerpt(answer))
            except (aiohttp.ClientError, OSError, ValueError) as error:
                return failure(host, error, dialled)

    def _session(self, *, public: bool) -> aiohttp.ClientSession:
        connector = guarded_connector(
            self._allow,
            public=public,
            per_host=self._per_host,
            resolver=self._resolver() if self._resolver else None,
            trust=self._trust,
        )
        return aiohttp.ClientSession(
            connector=connector,
            timeout=aiohttp.ClientTimeout(total=self._timeout.total_seconds()),
            headers={
                "Content-Type": "application/json",
                "User-Agent": "Placet",
                "Accept-Encoding": "identity",
            },
            # A few kilobytes can unpack to gigabytes, and no answer is worth unpacking.
            auto_decompress=False,
            cookie_jar=aiohttp.DummyCookieJar(),
            trust_env=False,
            read_bufsize=16 * 1024,
        )

    def _outcome(self, host: str, answer: aiohttp.ClientResponse, excerpt: str) -> Sent:
        status = answer.status
        if 200 <= status < 300:
            return Done(message=str(status))
        if status == 410:
            return GiveUp(
                why=f"{host} answered 410, it takes no callbacks any more; give the agent a new address."
            )
        why = f"{host} answered {status}{excerpt and ': '}{excerpt}"
        if 300 <= status < 400:
            why = (
                f"{host} answered with a redirect ({status}), which is not followed; give the final address."
            )
        return RetryLater(why=why, after=retry_after(answer.headers.get("Retry-After"), self._clock()))


async def _excerpt(answer: aiohttp.ClientResponse) -> str:
    """The beginning of an answer as one printable line; the connection is dropped unless it ends in time."""
    taken = b""
    try:
        async with asyncio.timeout(_REST_OF_ANSWER.total_seconds()):
            while len(taken) < MOST_BYTES and (part := await answer.content.read(MOST_BYTES - len(taken))):
                taken += part
    except (aiohttp.ClientError, OSError):
        pass
    if not answer.content.at_eof():
        answer.close()
    if "Content-Encoding" in answer.headers:
        return "(a compressed answer)"
    text = taken[: 4 * _EXCERPT].decode(errors="replace")
    return " ".join("".join(c if c.isprintable() else " " for c in text).split())[:_EXCERPT]


def failure(host: str, error: Exception, dialled: Dialled) -> GiveUp | RetryLater:
    """What it means that no answer came."""
    if dialled.only_forbidden:
        return GiveUp(
            why=f"{host} leads to {dialled.forbidden[0]}, where callbacks may not go; use a public address,"
            " or have the operator allow the network."
        )
    if isinstance(error, aiohttp.ClientConnectorDNSError):
        return RetryLater(why=f"The name {host} could not be looked up.")
    if isinstance(error, aiohttp.ClientSSLError):
        return RetryLater(why=f"{host} could not be reached over TLS: {_reason(error.os_error)}.")
    if isinstance(error, aiohttp.ClientConnectorError):
        return RetryLater(why=f"{host} could not be reached: {_reason(error.os_error)}.")
    if isinstance(error, aiohttp.ConnectionTimeoutError):
        return RetryLater(why=f"{host} could not be reached in time.")
    if isinstance(error, TimeoutError):
        return RetryLater(why=f"{host} did not answer in time.", uncertain=True)
    if isinstance(error, aiohttp.ClientConnectionError):
        return RetryLater(why=f"{host} closed the connection before it answered.", uncertain=True)
    return RetryLater(why=f"{host} answered something that is not HTTP.", uncertain=True)


def _reason(error: OSError) -> str:
    if isinstance(error, ssl.SSLCertVerificationError):
        return error.verify_message
    if isinstance(error, ssl.SSLError):
        return error.reason
    # asyncio puts the address into strerror, where the reason belongs.
    return os.strerror(error.errno) if error.errno else str(error)
