"""Ids that sort by the time they were made, so that tables grow at their end."""

from __future__ import annotations

import random
import time

#: Crockford's base 32: no I, L, O, U
ALPHABET = "0123456789abcdefghjkmnpqrstvwxyz"
REQUEST = "apr"
CARD = "crd"
BATCH = "bat"
EFFECT = "eff"
CALLBACK = "msg"
COMMAND = "cmd"

_LETTERS = 26
#: two letters at a time
_PAIRS = [first + second for first in ALPHABET for second in ALPHABET]
_random_bits = random.getrandbits


def new_id(kind: str, *, at: float | None = None) -> str:
    """An id such as `apr_01k…`: 50 bits of milliseconds, then 80 random bits (`at` in seconds since 1970).

    An id names, it does not authorise; so it comes from a generator that needs no system call.
    """
    milliseconds = int((time.time() if at is None else at) * 1000)
    first, second = _random_bits(40), _random_bits(40)
    # Written out: two ids are made for every request, and a loop takes twice as long.
    return (
        f"{kind}_{_PAIRS[milliseconds >> 40 & 1023]}{_PAIRS[milliseconds >> 30 & 1023]}"
        f"{_PAIRS[milliseconds >> 20 & 1023]}{_PAIRS[milliseconds >> 10 & 1023]}{_PAIRS[milliseconds & 1023]}"
        f"{_PAIRS[first >> 30]}{_PAIRS[first >> 20 & 1023]}{_PAIRS[first >> 10 & 1023]}{_PAIRS[first & 1023]}"
        f"{_PAIRS[second >> 30]}{_PAIRS[second >> 20 & 1023]}{_PAIRS[second >> 10 & 1023]}"
        f"{_PAIRS[second & 1023]}"
    )


def first_at(kind: str, at: float) -> str:
    """The smallest id that is made at a moment (`at` in seconds since 1970), to compare with."""
    return new_id(kind, at=at)[: len(kind) + 11] + ALPHABET[0] * (_LETTERS - 10)


def is_id(text: str, kind: str) -> bool:
    """Whether the text has the form of an id of this kind."""
    prefix, _, rest = text.partition("_")
    # Stripping leaves nothing where every letter is one of ours.
    return prefix == kind and len(rest) == _LETTERS and not rest.strip(ALPHABET)
