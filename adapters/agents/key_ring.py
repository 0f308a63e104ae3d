"""The keys that sign receipts, loaded once: the newest signs, all verify."""

from __future__ import annotations

import base64
import json
from collections.abc import Sequence
from typing import Protocol

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

from adapters.agents.receipts import SigningKey, jwks, load_signing_key, new_signing_key
from bot.domain.errors import Misconfigured


class KeyShelf(Protocol):
    """Where signing keys are stored, as PEM text that the shelf encrypts."""

    async def private_keys(self) -> Sequence[str]:
        """PEM of every private key, the one that signs first."""

    async def add_first(self, kid: str, private: str, public: str) -> None:
        """Store a key unless there is one already."""


class KeyRing:
    """The signing keys of this installation."""

    def __init__(self, shelf: KeyShelf) -> None:
        self._shelf = shelf
        self._keys: tuple[SigningKey, ...] = ()

    async def load(self) -> None:
        """Read the keys; the first process of an installation makes the first one."""
        stored = await self._shelf.private_keys()
        if not stored:
            first = new_signing_key()
            await self._shelf.add_first(first.kid, first.pem, json.dumps(jwks([first.public])))
            stored = await self._shelf.private_keys()
        self._keys = tuple(load_signing_key(pem) for pem in stored)

    def current(self) -> SigningKey:
        """The key that signs; raises `Misconfigured` before `load`."""
        if not self._keys:
            raise Misconfigured("The signing keys were not loaded yet.")
        return self._keys[0]

    def public(self) -> Sequence[Ed25519PublicKey]:
        """Every key that receipts and seals can be verified with."""
        return tuple(key.public for key in self._keys)

    def is_signed(self, kid: str, statement: bytes, signature: str) -> bool:
        """Whether one of the keys made this signature (URL-safe base64) over the statement."""
        key = next((key for key in self._keys if key.kid == kid), None)
        if key is None:
            return False
        try:
            key.public.verify(base64.urlsafe_b64decode(signature), statement)
        except (InvalidSignature, ValueError):
            return False
        return True
