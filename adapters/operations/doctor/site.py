"""One address at which this installation should answer."""

from __future__ import annotations

import asyncio
import json
import secrets
import ssl
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

import aiohttp
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

from adapters.operations.proof import is_signed, statement
from bot.domain.errors import PlacetError

TIMEOUT = aiohttp.ClientTimeout(total=8, connect=5)
_LONGEST = 20_000


class Seen(StrEnum):
    """Who answers."""

    #: this very installation
    OURS = "ours"
    #: something, which cannot prove that it is
    FOREIGN = "foreign"
    #: nobody
    NOBODY = "nobody"


@dataclass(frozen=True, slots=True, kw_only=True)
class Look:
    """What came of asking once."""

    seen: Seen
    #: in words, without a full stop
    why: str = ""


#: the public halves of the signing keys by their ids
PublicKeys = Callable[[], Awaitable[Mapping[str, Ed25519PublicKey]]]


class Site:
    """Asks for a proof at an address, once however many checks want to know."""

    def __init__(self, url: str, keys: PublicKeys, *, trust: ssl.SSLContext | None = None) -> None:
        self.url = url
        self._keys = keys
        self._trust = trust
        self._looking: asyncio.Task[Look] | None = None

    async def look(self) -> Look:
        """Who answers there."""
        if self._looking is None:
            self._looking = asyncio.create_task(self._look())
        return await asyncio.shield(self._looking)

    async def ask(self, path: str) -> tuple[int, Any]:
        """Status and JSON, None for what is no JSON; raises `aiohttp.ClientError` or `OSError`."""
        async with (
            aiohttp.ClientSession(timeout=TIMEOUT) as http,
            http.get(f"{self.url}{path}", allow_redirects=False, ssl=self._trust or True) as answer,
        ):
            body = await answer.content.read(_LONGEST)
            try:
                return answer.status, json.loads(body)
            except ValueError:
                return answer.status, None

    async def _look(self) -> Look:
        nonce = secrets.token_hex(16)
        try:
            status, body = await self.ask(f"/healthz?nonce={nonce}")
        except (aiohttp.ClientError, OSError) as error:
            return Look(seen=Seen.NOBODY, why=reason(error))
        if 300 <= status < 400:
            return Look(seen=Seen.FOREIGN, why="it redirects")
        if status != 200 or not isinstance(body, dict) or body.get("status") != "alive":
            return Look(seen=Seen.FOREIGN, why=f"it answered {status}, and not as Placet does")
        return await self._judge(nonce, body)

    async def _judge(self, nonce: str, body: Mapping[str, Any]) -> Look:
        kid, signature = str(body.get("kid") or ""), str(body.get("signature") or "")
        if not signature:
            return Look(seen=Seen.FOREIGN, why="it is a Placet of an older version, which proves nothing")
        try:
            keys = await self._keys()
        except PlacetError as error:
            return Look(seen=Seen.FOREIGN, why=f"the proof cannot be checked: {error.sentence.rstrip('.')}")
        if not is_signed(keys, kid, statement(nonce), signature):
            return Look(seen=Seen.FOREIGN, why="it is a Placet with another database or another secret key")
        return Look(seen=Seen.OURS)


def reason(error: BaseException) -> str:
    """Why nobody answered, in words."""
    cause = getattr(error, "os_error", None) or error
    if isinstance(cause, ssl.SSLCertVerificationError):
        return f"its certificate is not accepted: {cause.verify_message}"
    if isinstance(error, aiohttp.ClientConnectorDNSError):
        return "its name cannot be looked up"
    if isinstance(error, aiohttp.ClientSSLError | ssl.SSLError):
        return "it does not speak TLS"
    if isinstance(error, TimeoutError):
        return "it did not answer in time"
    if isinstance(error, ConnectionRefusedError) or isinstance(cause, ConnectionRefusedError):
        return "the connection was refused"
    return f"it could not be reached ({type(cause).__name__})"
