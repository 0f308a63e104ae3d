"""The keys that sign receipts and seals: one signs, all verify, and what other processes add is seen soon."""

from __future__ import annotations

import base64
import json
from collections.abc import Sequence
from datetime import timedelta

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

from adapters.agents.receipts import SigningKey, jwks, load_signing_key, new_signing_key
from bot.domain.errors import Misconfigured
from bot.now import utc_now
from bot.ports import Clock
from bot.signing_keys import LEAD, KeptKey, KeyShelf, NextKey, endorsed, signing

#: how often other processes' new keys are looked for
LOOK_EVERY = timedelta(seconds=15)


class KeyRing:
    """The signing keys of this installation."""

    def __init__(self, shelf: KeyShelf, clock: Clock = utc_now) -> None:
        self._shelf = shelf
        self._clock = clock
        self._kept: tuple[KeptKey, ...] = ()
        self._keys: dict[str, SigningKey] = {}

    async def load(self) -> None:
        """Read the keys; the first process of an installation makes the first one."""
        kept = await self._shelf.kept()
        if not kept:
            first = new_signing_key()
            await self._shelf.add_first(first.kid, first.pem, _public(first))
            kept = await self._shelf.kept()
        self._keys = {key.kid: self._keys.get(key.kid) or load_signing_key(key.private) for key in kept}
        self._kept = tuple(kept)

    async def step(self) -> timedelta:
        """Read them again; returns how long to rest."""
        await self.load()
        return LOOK_EVERY

    async def rotate(self, lead: timedelta = LEAD) -> KeptKey:
        """Make a new key, which signs when the lead has passed; the key before vouches for it."""
        await self.load()
        before, key = self._keys[self._kept[-1].kid], new_signing_key()
        endorsement = _base64url(before.private.sign(endorsed(before.kid, key.kid)))
        following = NextKey(
            kid=key.kid, private=key.pem, public=_public(key), after=before.kid, endorsement=endorsement
        )
        await self._shelf.add_next(following, lead)
        await self.load()
        return next(kept for kept in self._kept if kept.kid == key.kid)

    def kept(self) -> Sequence[KeptKey]:
        """All keys, in the order in which they sign."""
        return self._kept

    def current(self) -> SigningKey:
        """The key that signs now; raises `Misconfigured` before `load`."""
        if not self._kept:
            raise Misconfigured("The signing keys were not loaded yet.")
        return self._keys[signing(self._kept, self._clock()).kid]

    def sign(self, statement: bytes) -> tuple[str, bytes]:
        """The id of the key that signs, and its signature; raises `Misconfigured` before `load`."""
        key = self.current()
        return key.kid, key.private.sign(statement)

    def public(self) -> Sequence[Ed25519PublicKey]:
        """Every key that receipts and seals can be verified with, also the ones that sign no more."""
        return tuple(key.public for key in self._keys.values())

    def is_signed(self, kid: str, statement: bytes, signature: str) -> bool:
        """Whether one of the keys made this signature (URL-safe base64) over the statement."""
        key = self._keys.get(kid)
        if key is None:
            return False
        try:
            key.public.verify(base64.urlsafe_b64decode(signature), statement)
        except (InvalidSignature, ValueError):
            return False
        return True


def _public(key: SigningKey) -> str:
    return json.dumps(jwks([key.public]))


def _base64url(raw: bytes) -> str:
    return base64.urlsafe_b64encode(raw).decode("ascii")
