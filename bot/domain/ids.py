"""Ids that sort by the time they were made, so that tables grow at their end."""

from __future__ import annotations

import secrets
import time

#: Crockford's base 32: no I, L, O, U
ALPHABET = "0123456789abcdefghjkmnpqrstvwxyz"
REQUEST = "apr"
CARD = "crd"
EFFECT = "eff"
CALLBACK = "msg"
COMMAND = "cmd"

_LETTERS = 26


def new_id(kind: str, *, at: float | None = None) -> str:
    """An id such as `apr_01k…`: 48 bits of milliseconds, then 80 random bits (`at` in seconds since 1970)."""
    milliseconds = int((time.time() if at is None else at) * 1000)
    number = (milliseconds << 80) | secrets.randbits(80)
    letters = [ALPHABET[(number >> shift) & 31] for shift in range((_LETTERS - 1) * 5, -5, -5)]
    return f"{kind}_{''.join(letters)}"


def is_id(text: str, kind: str) -> bool:
    """Whether the text has the form of an id of this kind."""
    prefix, _, rest = text.partition("_")
    return prefix == kind and len(rest) == _LETTERS and all(letter in ALPHABET for letter in rest)
