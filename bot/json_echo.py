"""A quick proof that a JSON body has one reading only: written again, it comes out as it came.

If it does, its objects cannot have had a key twice and its numbers cannot have been rounded, because what
was written has neither. Three passes in C cost half of one pass that watches every key in Python. Nothing
follows where the echo differs (escapes, exponents, unusual numbers): then the close look decides.
"""

from __future__ import annotations

from typing import Any, Final

import msgspec

#: the answer where the quick look proves nothing
UNSURE: Final = object()

_decode = msgspec.json.Decoder().decode
_encode = msgspec.json.Encoder().encode

#: a shorter integer is below 2^53
_LONG_NUMBER = b"0" * 16
_DIGITS = bytes(ord("0") if chr(code).isdigit() and code < 128 else ord(" ") for code in range(256))


def only_reading(body: bytes) -> Any:
    """The value of a body that can be read in one way only, else UNSURE; never raises."""
    try:
        value = _decode(body)
        if not _is_echo(_encode(value), body):
            return UNSURE
    except (msgspec.MsgspecError, ValueError, RecursionError):
        return UNSURE
    return UNSURE if _LONG_NUMBER in body.translate(_DIGITS) else value


def _is_echo(echo: bytes, body: bytes) -> bool:
    """Whether a value that was written again is what came, but for blanks and for how slashes are written."""
    if echo == body:
        return True
    # Slack escapes every slash, which is the same text.
    ways = (echo, echo.replace(b"/", b"\\/"))
    return body in ways or msgspec.json.format(body, indent=-1) in ways
