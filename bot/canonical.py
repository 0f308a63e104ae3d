"""One way to write a JSON value (RFC 8785), and the digest that binds an approval to what will run."""

from __future__ import annotations

import hashlib
from typing import Any

import msgspec
import rfc8785

from bot.domain.errors import PlacetError
from bot.json_faults import LARGEST_INTEGER

_QUICK = msgspec.json.Encoder(order="sorted")
#: below the first surrogate, sorting by code points (msgspec) and by UTF-16 units (RFC 8785 §3.2.3) agree
_FIRST_SURROGATE = "\ud800"


class NotCanonical(PlacetError):
    """The value cannot be written as canonical JSON."""

    code = "not_canonical"


class _Unusual(Exception):
    """A value that only the reference implementation is trusted to write."""


def canonical(value: Any) -> bytes:
    """The RFC 8785 bytes of a JSON value.

    Raises NotCanonical for what JSON cannot carry exactly: NaN, infinities, integers beyond 2^53 - 1,
    halves of surrogate pairs, keys that are not text, other types, nesting beyond Python's own limit.
    """
    try:
        return _QUICK.encode(_usual(value))
    except _Unusual:
        return _by_reference(value)
    except (UnicodeEncodeError, RecursionError) as error:
        raise NotCanonical(f"The value cannot be written as canonical JSON: {error}.") from None


def digest(action_name: str, arguments: Any) -> str:
    """SHA-256 over the RFC 8785 JSON of `{"arguments": …, "name": …}`, as `sha256:<hex>`.

    Raises NotCanonical as `canonical` does.
    """
    written = canonical({"arguments": arguments, "name": action_name})
    return f"sha256:{hashlib.sha256(written).hexdigest()}"


def _by_reference(value: Any) -> bytes:
    try:
        return rfc8785.dumps(value)
    except (rfc8785.CanonicalizationError, UnicodeEncodeError, RecursionError) as error:
        raise NotCanonical(f"The value cannot be written as canonical JSON: {error}.") from None


def _usual(value: Any) -> Any:
    """The same value, such that msgspec (ten times quicker) writes what RFC 8785 wants; else _Unusual."""
    kind = type(value)
    if kind is str or kind is bool or value is None:
        return value
    if kind is dict:
        return {_usual_key(key): _usual(item) for key, item in value.items()}
    if kind is list:
        return [_usual(item) for item in value]
    if kind is int and -LARGEST_INTEGER <= value <= LARGEST_INTEGER:
        return value
    if kind is float:
        return _usual_real(value)
    raise _Unusual


def _usual_key(key: Any) -> str:
    if type(key) is str and (key.isascii() or max(key) < _FIRST_SURROGATE):
        return key
    raise _Unusual


def _usual_real(value: float) -> float | int:
    # RFC 8785 §3.2.2.3 writes as ECMAScript does: 1.0 is 1, and no exponent from 1e-6 up to 1e21.
    if -LARGEST_INTEGER <= value <= LARGEST_INTEGER:
        if value.is_integer():
            return int(value)
        if value >= 1e-4 or value <= -1e-4:
            return value
    raise _Unusual
