"""Checking signatures with a published key set alone."""

from __future__ import annotations

import base64
from collections.abc import Callable, Iterable, Mapping
from typing import Any

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
from jwt.utils import base64url_decode

from adapters.agents.receipts import thumbprint
from bot.signing_keys import endorsed


def is_signed_by(key_set: Mapping[str, Any]) -> Callable[[str, bytes, str], bool]:
    """Whether one of a JWK set's keys, by its id, made a signature (URL-safe base64) over a text."""
    keys = {str(key["kid"]): key for key in key_set.get("keys", ()) if _is_ours(key)}
    loaded: dict[str, Ed25519PublicKey] = {}

    def is_signed(kid: str, statement: bytes, signature: str) -> bool:
        if kid not in keys:
            return False
        try:
            if kid not in loaded:
                raw = base64url_decode(str(keys[kid].get("x", "")))
                loaded[kid] = Ed25519PublicKey.from_public_bytes(raw)
            loaded[kid].verify(base64.urlsafe_b64decode(signature), statement)
        except (InvalidSignature, ValueError):
            return False
        return True

    return is_signed


def followed(
    kept: Mapping[str, Any], offered: Mapping[str, Any], endorsements: Iterable[tuple[str, str, str]]
) -> dict[str, Any]:
    """The keys that were kept, and of those that are offered the ones that kept ones vouch for, one by one.

    An endorsement is the id of a key, of the one before it, and that one's signature, in their order.
    """
    keys = [key for key in kept.get("keys", ()) if _is_ours(key)]
    others = {_thumbprint(key): key for key in offered.get("keys", ()) if _is_ours(key)}
    for kid, after, endorsement in endorsements:
        if kid in others and is_signed_by({"keys": keys})(after, endorsed(after, kid), endorsement):
            keys.append({**others[kid], "kid": kid})
    return {"keys": keys}


def _thumbprint(key: Mapping[str, Any]) -> str | None:
    """A key is the one that its id names only if the id is computed from it."""
    try:
        return thumbprint(Ed25519PublicKey.from_public_bytes(base64url_decode(str(key.get("x", "")))))
    except ValueError:
        return None


def _is_ours(key: Any) -> bool:
    return isinstance(key, dict) and (key.get("kty"), key.get("crv")) == ("OKP", "Ed25519") and "kid" in key
