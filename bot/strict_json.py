"""The one door for JSON from outside: what two readers could understand differently is refused.

Most parsers keep the last of two equal keys, accept `NaN` and round long integers. Then a reviewer sees
one thing and another thing runs. So this door takes I-JSON (RFC 7493) only, and less than that where a
database or a card could not carry the rest.

The good path is three quick passes in C (`bot.json_echo`). Only a body that these cannot vouch for is read
key by key, and only one that looks suspicious even then by `bot.json_faults`, to name the place.
"""

from __future__ import annotations

import json
from typing import Any, NoReturn

import msgspec

from bot.domain.errors import PlacetError
from bot.json_depth import body_is_deeper_than, value_is_deeper_than
from bot.json_echo import UNSURE, only_reading
from bot.json_faults import LARGEST_INTEGER, Fault, count_keys, find_fault

#: how deep lists and objects may nest
MAX_DEPTH = 32
#: how many keys one body may have, all objects together
MAX_KEYS = 5_000

#: with so few brackets the parser's own recursion is safe, and looking at its result is quicker
_BRACKETS_TO_PARSE_FIRST = 256
#: halves of surrogate pairs and the zero character, which no database takes
_RISKY_ESCAPES = (b"\\ud", b"\\uD", b"\\u0000")
_LONGEST_INTEGER = len(str(-LARGEST_INTEGER))
_INFINITE = float("inf")


class BadJson(PlacetError):
    """The body is not JSON that can be read in one way only."""

    code = "bad_json"

    def __init__(self, sentence: str, *, at: str = "") -> None:
        super().__init__(sentence)
        #: where: a JSON pointer (RFC 6901), or "line 1, column 7" where the text is not JSON at all
        self.at = at


class TooLarge(BadJson):
    """The body has more bytes than this door takes."""

    code = "too_large"


class _Suspicious(Exception):
    """Something in the body has to be looked at closely."""


def loads(body: bytes, *, max_bytes: int, max_depth: int = MAX_DEPTH, max_keys: int = MAX_KEYS) -> Any:
    """The value of a JSON body.

    Raises BadJson with a sentence that names the place and the remedy, TooLarge above `max_bytes`.
    """
    if len(body) > max_bytes:
        raise TooLarge(f"The body has {len(body)} bytes; send at most {max_bytes} bytes.")
    brackets = body.count(b"{") + body.count(b"[")
    if brackets > _BRACKETS_TO_PARSE_FIRST and body_is_deeper_than(body, max_depth):
        raise _too_deep(max_depth)
    value = only_reading(body)
    if value is UNSURE:
        value = _looked_at_closely(body, brackets, max_depth)
    if max_depth < brackets <= _BRACKETS_TO_PARSE_FIRST and value_is_deeper_than(value, max_depth):
        raise _too_deep(max_depth)
    if len(body) > max_keys and body.count(b":") > max_keys and (keys := count_keys(value)) > max_keys:
        raise BadJson(f"The body has {keys} keys; send at most {max_keys}.")
    # One sign is looked for much faster than two.
    is_escaped = b"\\" in body and b"\\u" in body
    if is_escaped and any(escape in body for escape in _RISKY_ESCAPES):
        _refuse_unstorable_text(_text(body), value)
    return value


def _looked_at_closely(body: bytes, brackets: int, max_depth: int) -> Any:
    text = _text(body)
    try:
        return _DECODER.decode(text)
    except _Suspicious:
        if brackets > max_depth and body_is_deeper_than(body, max_depth):
            raise _too_deep(max_depth) from None
        _explain(text)
    except json.JSONDecodeError as error:
        raise _not_json(text, error) from None


def _explain(text: str) -> NoReturn:
    try:
        fault = find_fault(text)
    except json.JSONDecodeError as error:
        # What was suspicious stands before the place where it ceases to be JSON.
        raise _not_json(text, error) from None
    if fault is None:
        raise AssertionError("the quick look refused what the close look finds nothing wrong with")
    raise _bad(fault)


def _text(body: bytes) -> str:
    try:
        text = body.decode("utf-8")
    except UnicodeDecodeError as error:
        at = f"byte {error.start}"
        raise BadJson(f"The body is not UTF-8 at {at}; send it encoded as UTF-8.", at=at) from None
    if text.startswith("\ufeff"):
        raise BadJson("The body starts with a byte order mark at byte 0; send it without one.", at="byte 0")
    if not text or text.isspace():
        raise BadJson("The body is empty; send JSON.")
    return text


def _too_deep(max_depth: int) -> BadJson:
    return BadJson(f"Lists and objects in the body nest deeper than {max_depth}; send a flatter body.")


def _not_json(text: str, error: json.JSONDecodeError) -> BadJson:
    at = f"line {error.lineno}, column {error.colno}"
    remedy = error.msg[0].lower() + error.msg[1:].removesuffix(" at")
    if error.msg.startswith("Invalid control character") and error.pos < len(text):
        remedy = f"write the control character as \\u{ord(text[error.pos]):04x}"
    return BadJson(f"The body is not JSON at {at}: {remedy}.", at=at)


def _refuse_unstorable_text(text: str, value: Any) -> None:
    try:
        # A joined pair of surrogates encodes (an emoji sent as ASCII); half a pair does not.
        again = msgspec.json.encode(value)
    except UnicodeEncodeError:
        _explain(text)
    if b"\\u0000" in again and (fault := find_fault(text)) is not None:
        raise _bad(fault)


def _bad(fault: Fault) -> BadJson:
    where = fault.pointer or "the top of the body"
    return BadJson(f"{fault.problem} at {where}; {fault.remedy}.", at=fault.pointer)


def _object(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    value = dict(pairs)
    if len(value) != len(pairs):
        raise _Suspicious
    return value


def _integer(digits: str) -> int:
    if len(digits) > _LONGEST_INTEGER:
        raise _Suspicious
    value = int(digits)
    if -LARGEST_INTEGER <= value <= LARGEST_INTEGER:
        return value
    raise _Suspicious


def _real(digits: str) -> float:
    value = float(digits)
    if -_INFINITE < value < _INFINITE:
        return value
    raise _Suspicious


def _constant(_name: str) -> NoReturn:
    raise _Suspicious


_DECODER = json.JSONDecoder(
    object_pairs_hook=_object, parse_int=_integer, parse_float=_real, parse_constant=_constant
)
