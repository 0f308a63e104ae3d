"""Who is calling: API keys as bearer tokens (RFC 6750), looked up by id and compared by hash."""

from __future__ import annotations

import logging
import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Protocol

from aiohttp import hdrs, web

from adapters.agents.address_limit import Addresses
from adapters.agents.problems import TooManyFailures, TooManyRequests, Unauthorized
from bot.rates import Rate, Rates
from bot.secrets import api_key_id, api_key_matches

#: seconds for which a key is believed where the store checks it again inside its transaction
RECHECKED = 5.0
#: seconds everywhere else
FRESH = 1.0
#: wrong keys that one address may send at once, and every minute, before it is told to wait
MOST_FAILURES = 30

_MOST_REMEMBERED = 4096
_FAILURES = Rate(per_second=MOST_FAILURES / 60, burst=MOST_FAILURES)
#: seconds between two lines in the log about the same thing
_QUIET = 60.0
#: compared against when there is no key, so that the time taken does not tell
_NO_HASH = "0" * 64

_log = logging.getLogger(__name__)


class StoredKey(Protocol):
    """What the store knows of an API key."""

    @property
    def id(self) -> str:
        """The part between the underscores."""

    @property
    def agent(self) -> str:
        """The one agent that it speaks for."""

    @property
    def token_hash(self) -> str:
        """`bot.secrets.hash_api_key` of the whole key."""

    @property
    def revoked(self) -> bool:
        """Whether it opens nothing any more."""


class Keys(Protocol):
    """The keys of all agents."""

    async def find(self, key_id: str) -> StoredKey | None:
        """A key by its id, None when there is none; raises `Busy`."""


@dataclass(slots=True)
class _Seen:
    key: StoredKey | None
    at: float


class Doorkeeper:
    """Lets keys in. What it looked up is believed for a moment, right and wrong ids alike.

    `rate` is how often one key may come; `addresses` tells who is behind a proxy.
    """

    def __init__(
        self,
        keys: Keys,
        *,
        rate: Rate | None = None,
        addresses: Addresses | None = None,
        now: Callable[[], float] = time.monotonic,
    ) -> None:
        self._keys = keys
        self._addresses = addresses or Addresses()
        self._now = now
        self._seen: dict[str, _Seen] = {}
        self._rates = Rates(rate, now=now)
        self._failures = Rates(_FAILURES, now=now, most=_MOST_REMEMBERED)
        self._logged_at = -_QUIET

    async def caller(self, request: web.Request, *, within: float = FRESH) -> StoredKey:
        """The key that the request carries, as it was at most `within` seconds ago.

        Raises `Unauthorized` for a missing, wrong or revoked one, `TooManyRequests` when it comes too often,
        `TooManyFailures` when an address goes on with wrong ones; a right key is never refused for its
        address.
        """
        token = _token(request)
        key_id = api_key_id(token)
        key = await self._find(key_id, within) if key_id else None
        if not api_key_matches(token, key.token_hash if key else _NO_HASH) or key is None:
            self._count_failure(request)
            raise Unauthorized("This API key is not known here; check it, or create another one.")
        if key.revoked:
            raise Unauthorized("This API key was revoked; create another one with `placet keys create`.")
        wait = self._rates.take(key.id)
        if wait:
            raise self._too_often(key, wait)
        return key

    def forget(self, key_id: str) -> None:
        """Look a key up anew the next time, since the store just refused it."""
        self._seen.pop(key_id, None)

    async def _find(self, key_id: str, within: float) -> StoredKey | None:
        seen = self._seen.get(key_id)
        now = self._now()
        if seen is not None and now - seen.at <= within:
            return seen.key
        key = await self._keys.find(key_id)
        if len(self._seen) >= _MOST_REMEMBERED:
            self._seen.clear()
        self._seen[key_id] = _Seen(key, now)
        return key

    def _count_failure(self, request: web.Request) -> None:
        address = self._addresses.of(request)
        wait = self._failures.take(address)
        if wait:
            self._log("An address goes on with wrong API keys.", remote=address)
            raise TooManyFailures("Too many wrong API keys came from this address.", wait=wait)

    def _too_often(self, key: StoredKey, wait: float) -> TooManyRequests:
        self._log("An agent comes too often and is told to wait.", key=key.id, agent=key.agent)
        return TooManyRequests("Too many requests came with this API key.", wait=wait)

    def _log(self, sentence: str, **facts: str) -> None:
        if self._now() - self._logged_at > _QUIET:
            self._logged_at = self._now()
            _log.warning(sentence, extra=facts)


def _token(request: web.Request) -> str:
    headers = request.headers.getall(hdrs.AUTHORIZATION, ())
    if not headers:
        raise Unauthorized
    if len(headers) > 1:
        # A proxy in front may have looked at the other one.
        raise Unauthorized("There are several Authorization headers; send one.")
    scheme, _, token = headers[0].partition(" ")
    if scheme.lower() != "bearer":
        raise Unauthorized("The Authorization header is not of the form `Bearer plc_…`.")
    return token.strip()
