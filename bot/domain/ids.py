"""Ids that sort by the time they were made, so that tables grow at their end."""

from __future__ import annotations

import random
import time

#: Crockford's base 32: no I, L, O, U
ALPHABET = "0123456789abcdefghjkmnpqrstvwxyz"
REQUEST = "apr"
CARD = "crd"
EFFECT = "eff"
CALLBACK = "msg"
COMMAND = "cmd"

_LETTERS = 26
#: two letters at a time
_PAIRS = [first + second for first in ALPHABET for second in ALPHABET]
_SHIFTS = range((_LETTERS - 2) * 5, -1, -10)


def new_id(kind: str, *, at: float | None = None) -> str:
    """An id such as `apr_01k…`: 50 bits of milliseconds, then 80 random bits (`at` in seconds since 1970).

    An id names, it does not authorise; so it comes from a generator that needs no system call.
    """
    milliseconds = int((time.time() if at is None else at) * 1000)
    number = (milliseconds << 80) | random.getrandbits(80)
    pairs = [_PAIRS[(number >> shift) & 1023] for shift in _SHIFTS]
    return f"{kind}_{''.join(pairs)}"


def is_id(text: str, kind: str) -> bool:
    """Whether the text has the form of an id of this kind."""
    prefix, _, rest = text.partition("_")
    # Stripping leaves nothing where every letter is one of ours.
    return prefix == kind and len(rest) == _LETTERS and not rest.strip(ALPHABET)
