"""Receipts: signed statements of decisions that anyone can check with the published keys.

A receipt is a compact JWS (RFC 7515) with Ed25519 (RFC 8037) over canonical JSON. Both are deterministic:
the same claims and key always give the same bytes, whichever process signs first.
"""

from __future__ import annotations

import base64
import hashlib
import json
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

import jwt
from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    NoEncryption,
    PrivateFormat,
    PublicFormat,
    load_pem_private_key,
)
from jwt.utils import base64url_decode

from bot.canonical import NotCanonical, canonical
from bot.domain.errors import Misconfigured, PlacetError

#: tells a receipt from every other JWT, so that none can be passed off as one (RFC 8725 §3.11)
TYPE = "placet-receipt+jwt"

_ALGORITHM = "EdDSA"
#: also what a receipt would have to be understood by (`crit`) or brings along (`jwk`, `jku`) is none of ours
_HEADER = {"alg", "kid", "typ"}
#: three parts in base64url
_SHAPE = re.compile(r"[\w-]+\.[\w-]*\.[\w-]+", re.ASCII)
_JWS = jwt.PyJWS(algorithms=[_ALGORITHM])


class BadReceipt(PlacetError):
    """The receipt was not signed by the holder of these keys."""

    code = "bad_receipt"


@dataclass(frozen=True, kw_only=True, slots=True)
class SigningKey:
    """The key pair that signs receipts."""

    #: the public key's thumbprint (RFC 7638)
    kid: str
    private: Ed25519PrivateKey = field(repr=False)
    public: Ed25519PublicKey

    @property
    def pem(self) -> str:
        """The private key in PKCS 8, not encrypted; store it only through `bot.secrets.SecretBox`."""
        pem = self.private.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
        return pem.decode("ascii")


def new_signing_key() -> SigningKey:
    """A fresh key pair."""
    return _signing_key(Ed25519PrivateKey.generate())


def load_signing_key(pem: str) -> SigningKey:
    """The key pair of a stored private key; raises Misconfigured for anything but Ed25519 in PEM."""
    try:
        private = load_pem_private_key(pem.encode(), password=None)
    except (ValueError, TypeError, UnsupportedAlgorithm):
        private = None
    if not isinstance(private, Ed25519PrivateKey):
        raise Misconfigured("The stored signing key is not an Ed25519 key in PEM; restore it from a backup.")
    return _signing_key(private)


def sign_receipt(claims: Mapping[str, Any], key: SigningKey) -> str:
    """The receipt with these claims; raises `bot.canonical.NotCanonical` for what JSON cannot carry."""
    headers = {"kid": key.kid, "typ": TYPE}
    return _JWS.encode(canonical(dict(claims)), key.private, algorithm=_ALGORITHM, headers=headers)


def verify_receipt(receipt: str, key_set: Mapping[str, Any]) -> dict[str, Any]:
    """The claims of a receipt that one of the published keys signed; raises BadReceipt for any other.

    Only the signature is checked: whether the digest is that of what is about to run, and whether the
    approval still holds, is for the reader of the claims to ask. One statement has one receipt: nothing is
    let pass that says the same in other characters.
    """
    try:
        if not _SHAPE.fullmatch(receipt) or _respelled(receipt) != receipt:
            raise BadReceipt
        header = _JWS.get_unverified_header(receipt)
        if header.keys() != _HEADER or header["typ"] != TYPE or header["alg"] != _ALGORITHM:
            raise BadReceipt(f"The receipt is not of type {TYPE}, signed with {_ALGORITHM}.")
        key = _published_key(key_set, header.get("kid"))
        payload = _JWS.decode(receipt, key, algorithms=[_ALGORITHM])
    except (jwt.PyJWTError, ValueError):
        raise BadReceipt from None
    return _claims(payload)


def jwks(keys: Iterable[Ed25519PublicKey]) -> dict[str, Any]:
    """The JSON Web Key Set (RFC 7517) to publish, current and former keys alike, in a stable order."""
    published = [{"alg": _ALGORITHM, "kid": thumbprint(key), "use": "sig", **_members(key)} for key in keys]
    return {"keys": sorted(published, key=lambda key: key["kid"])}


def thumbprint(key: Ed25519PublicKey) -> str:
    """The name of a public key, computed from the key itself (RFC 7638)."""
    return _base64url(hashlib.sha256(canonical(_members(key))).digest())


def _signing_key(private: Ed25519PrivateKey) -> SigningKey:
    public = private.public_key()
    return SigningKey(kid=thumbprint(public), private=private, public=public)


def _members(key: Ed25519PublicKey) -> dict[str, str]:
    raw = key.public_bytes(Encoding.Raw, PublicFormat.Raw)
    return {"crv": "Ed25519", "kty": "OKP", "x": _base64url(raw)}


def _published_key(key_set: Mapping[str, Any], kid: Any) -> Ed25519PublicKey:
    for key in key_set.get("keys", []):
        if (key.get("kid"), key.get("kty"), key.get("crv")) == (kid, "OKP", "Ed25519"):
            return Ed25519PublicKey.from_public_bytes(base64url_decode(str(key.get("x", ""))))
    raise BadReceipt(
        "The receipt names a key that is not in the key set; fetch /.well-known/jwks.json again."
    )


def _claims(payload: bytes) -> dict[str, Any]:
    try:
        claims = json.loads(payload)
        is_ours = canonical(claims) == payload
    except (ValueError, RecursionError, NotCanonical):
        claims, is_ours = None, False
    if not is_ours or not isinstance(claims, dict):
        raise BadReceipt("The receipt's claims are not a JSON object in canonical form.")
    return claims


def _respelled(receipt: str) -> str:
    """The receipt with its parts decoded and encoded again; readers of base64 forgive much."""
    return ".".join(_base64url(base64.urlsafe_b64decode(f"{part}==")) for part in receipt.split("."))


def _base64url(raw: bytes) -> str:
    return base64.urlsafe_b64encode(raw).rstrip(b"=").decode("ascii")
