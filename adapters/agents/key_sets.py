"""Checking signatures with a published key set alone."""

from __future__ import annotations

import base64
from collections.abc import Callable, Mapping
from typing import Any

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
from jwt.utils import base64url_decode


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


def _is_ours(key: Any) -> bool:
    return isinstance(key, dict) and (key.get("kty"), key.get("crv")) == ("OKP", "Ed25519") and "kid" in key
