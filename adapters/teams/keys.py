"""The public keys that Bot Framework signs with, fetched aside and kept.

learn.microsoft.com/azure/bot-service/rest-api/bot-framework-rest-connector-authentication: the metadata name
the keys, the keys change now and then and should be fetched at least daily.
"""

from __future__ import annotations

import asyncio
import contextlib
import logging
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

import jwt

from adapters.teams.http import Answer, Http, TeamsUnavailable
from adapters.teams.refusals import KeysAway
from bot.ports import Clock

MAX_AGE = timedelta(hours=24)
#: however many unknown keys are named, the server is asked no more often
REST = timedelta(seconds=3)
ISSUER = "https://api.botframework.com"
#: more keys than ever stood there
_MOST_KEYS = 200

_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True, kw_only=True)
class Key:
    """One key, and the channels whose tokens it may sign."""

    id: str
    material: jwt.PyJWK
    endorsements: frozenset[str]


class Keys:
    """The keys of one metadata document. A key that is known is never waited for."""

    def __init__(self, metadata_url: str, http: Http, clock: Clock) -> None:
        self._metadata_url = metadata_url
        self._http = http
        self._clock = clock
        self._known: Mapping[str, Key] = {}
        self._fetched_at: datetime | None = None
        self._asked_at: datetime | None = None
        self._fetching: asyncio.Task[None] | None = None
        #: who signs, as the metadata have it
        self.issuer = ISSUER

    async def find(self, id: str) -> Key | None:
        """The key with this id, None where the server has none; raises `KeysAway` without any keys at all."""
        if id not in self._known:
            await self._ask()
        elif self._is_old():
            self._start()
        if self._fetched_at is None:
            raise KeysAway
        return self._known.get(id)

    async def close(self) -> None:
        """End what is under way."""
        if self._fetching is not None:
            self._fetching.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await self._fetching

    def _is_old(self) -> bool:
        return self._fetched_at is None or not timedelta(0) <= self._clock() - self._fetched_at < MAX_AGE

    async def _ask(self) -> None:
        fetching = self._start()
        if fetching is not None:
            # One who hangs up does not end it for those who also wait.
            await asyncio.shield(fetching)

    def _start(self) -> asyncio.Task[None] | None:
        """The fetch that is under way, a new one, or None while the server is left in peace."""
        if self._fetching is not None and not self._fetching.done():
            return self._fetching
        now = self._clock()
        if self._asked_at is not None and timedelta(0) <= now - self._asked_at < REST:
            return None
        self._asked_at = now
        self._fetching = asyncio.create_task(self._fetch(), name="keys of Bot Framework")
        return self._fetching

    async def _fetch(self) -> None:
        """Replace all keys; where that fails the old ones stay."""
        try:
            metadata = await self._get(self._metadata_url)
            keys = await self._get(str(metadata.get("jwks_uri")))
            known = _read(keys.get("keys"))
        except (TeamsUnavailable, _Unusable) as error:
            _log.warning("The keys of Bot Framework could not be fetched: %s", error)
            return
        issuer = metadata.get("issuer")
        self.issuer = issuer if isinstance(issuer, str) and issuer else ISSUER
        self._known, self._fetched_at = known, self._clock()

    async def _get(self, url: str) -> Mapping[str, Any]:
        answer: Answer = await self._http.ask("GET", url)
        if answer.status != 200 or not answer.json:
            raise _Unusable(f"{url} answered {answer.status}, or something else than JSON.")
        return answer.json


class _Unusable(Exception):
    """What answered is no key server."""


def _read(keys: Any) -> Mapping[str, Key]:
    if not isinstance(keys, list):
        raise _Unusable("There is no list of keys.")
    read = [key for each in keys[:_MOST_KEYS] if (key := _key(each)) is not None]
    if not read:
        raise _Unusable("There is no key among them that can be used.")
    return {key.id: key for key in read}


def _key(given: Any) -> Key | None:
    """One RSA key, None for whatever else stands there."""
    if not isinstance(given, dict) or given.get("kty") != "RSA":
        return None
    name, endorsements = given.get("kid"), given.get("endorsements")
    if not isinstance(name, str):
        return None
    try:
        material = jwt.PyJWK(given, algorithm="RS256")
    except (jwt.PyJWTError, ValueError, TypeError, KeyError):
        return None
    words = endorsements if isinstance(endorsements, list) else []
    return Key(
        id=name, material=material, endorsements=frozenset(word for word in words if isinstance(word, str))
    )
