"""What anybody may read: the documentation and the keys that verify receipts."""

from __future__ import annotations

from functools import cached_property
from typing import Any

import msgspec
from aiohttp import hdrs, web

from adapters.agents import openapi
from adapters.agents.receipt_book import SigningKeys
from adapters.agents.receipts import jwks
from bot.signing_keys import KEPT_BY_READERS

#: a new key signs only after readers have had time to see it
_KEEP = f"public, max-age={KEPT_BY_READERS.total_seconds():.0f}"


class Publications:
    """The public handlers that `routes.ROUTES` names; pages are drawn once, when first asked for."""

    def __init__(self, *, public_url: str, keys: SigningKeys) -> None:
        self._public_url = public_url
        self._keys = keys

    async def key_set(self, request: web.Request) -> web.Response:
        """The keys that verify receipts."""
        body = msgspec.json.encode(jwks(self._keys.public()))
        headers = {hdrs.CONTENT_TYPE: "application/jwk-set+json", hdrs.CACHE_CONTROL: _KEEP}
        return web.Response(body=body, headers=headers)

    async def openapi(self, request: web.Request) -> web.Response:
        """The documentation for programs."""
        return web.Response(body=self._openapi, content_type="application/json")

    async def docs(self, request: web.Request) -> web.Response:
        """The documentation for people."""
        html, headers = self._page
        return web.Response(body=html, headers=headers)

    @cached_property
    def _document(self) -> dict[str, Any]:
        return openapi.document(self._public_url)

    @cached_property
    def _openapi(self) -> bytes:
        return msgspec.json.encode(self._document)

    @cached_property
    def _page(self) -> tuple[bytes, dict[str, str]]:
        from adapters.agents.docs import page

        return page(self._document)
