"""Who is calling: API keys as bearer tokens (RFC 6750), looked up by id and compared by hash."""

from __future__ import annotations

import logging
import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Protocol

from aiohttp import hdrs, web

from adapters.agents.problems import TooManyFailures, Unauthorized
from bot.secrets import api_key_id, api_key_matches

#: seconds for which a key is believed where the store checks it again inside its transaction
RECHECKED = 5.0
#: seconds everywhere else
FRESH = 1.0
#: wrong keys that one address may send within a minute before it is told to wait
MOST_FAILURES = 30

_MOST_REMEMBERED = 4096
_MINUTE = 60.0
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


@dataclass(slots=True)
class _Failures:
    since: float
    count: int = 0


class Doorkeeper:
    """Lets keys in. What it looked up is believed for a moment, right and wrong ids alike."""

    def __init__(self, keys: Keys, *, now: Callable[[], float] = time.monotonic) -> None:
        self._keys = keys
        self._now = now
        self._seen: dict[str, _Seen] = {}
        self._failures: dict[str, _Failures] = {}

    async def caller(self, request: web.Request, *, within: float = FRESH) -> StoredKey:
        """The key that the request carries, as it was at most `within` seconds ago.

        Raises `Unauthorized` for a missing, wrong or revoked one, `TooManyFailures` when an address goes on
        with wrong ones; a right key is never refused for its address.
        """
        token = _token(request)
        key_id = api_key_id(token)
        key = await self._find(key_id, within) if key_id else None
        if not api_key_matches(token, key.token_hash if key else _NO_HASH) or key is None:
            self._count_failure(request.remote or "")
            raise Unauthorized("This API key is not known here; check it, or create another one.")
        if key.revoked:
            raise Unauthorized("This API key was revoked; create another one with `placet keys create`.")
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

    def _count_failure(self, address: str) -> None:
        now = self._now()
        failures = self._failures.get(address)
        if failures is None or now - failures.since > _MINUTE:
            if len(self._failures) >= _MOST_REMEMBERED:
                self._failures.clear()
            failures = self._failures[address] = _Failures(now)
        failures.count += 1
        if failures.count == MOST_FAILURES + 1:
            _log.warning("An address goes on with wrong API keys.", extra={"remote": address})
        if failures.count > MOST_FAILURES:
            raise TooManyFailures("Too many wrong API keys came from this address; wait a minute.")


def _token(request: web.Request) -> str:
    header = request.headers.get(hdrs.AUTHORIZATION)
    if header is None:
        raise Unauthorized
    scheme, _, token = header.partition(" ")
    if scheme.lower() != "bearer":
        raise Unauthorized("The Authorization header is not of the form `Bearer plc_…`.")
    return token.strip()
