"""How an installation proves that it is the one that somebody looks for.

Whoever asks `/healthz?nonce=…` gets the nonce signed with the key of receipts and seals. Only a process on
the same database with the same secret key can do that; another Placet, or a page of a proxy, cannot.
"""

from __future__ import annotations

import base64
import re
from collections.abc import Callable, Mapping
from typing import TypeAlias

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

#: nothing else that is signed with these keys begins like this
FORMAT = "placet-alive/1"
NONCE = re.compile(r"[0-9a-f]{32,64}", re.ASCII)

#: signs a statement; the key's id and the raw signature
Sign: TypeAlias = Callable[[bytes], tuple[str, bytes]]


def is_signed(keys: Mapping[str, Ed25519PublicKey], kid: str, text: bytes, signature: str) -> bool:
    """Whether one of these keys, known by their ids, made this signature (URL-safe base64)."""
    key = keys.get(kid)
    if key is None:
        return False
    try:
        key.verify(base64.urlsafe_b64decode(signature), text)
    except (InvalidSignature, ValueError):
        return False
    return True


def statement(nonce: str) -> bytes:
    """What is signed for a nonce."""
    return f"{FORMAT}\n{nonce}".encode()
