"""The JSON in the body of a request of Slack's: the body itself, or the `payload` field of a form."""

from __future__ import annotations

import binascii
from typing import Any
from urllib.parse import parse_qs

from adapters.slack.payload import Malformed
from bot import strict_json

#: bytes; the largest body that Slack sends is a message of fifty blocks, escaped twice
MOST_BYTES = 1_000_000

_FORM = "application/x-www-form-urlencoded"
_FIELD = b"payload="
#: signs that Slack's forms hold in escaped form only, and that the quick way below reads otherwise
_UNUSUAL = (b"=", b"&", b"\n", b"\r")


def read_body(body: bytes, content_type: str) -> dict[str, Any] | None:
    """The payload, None for a form without one (a slash command); raises `BadJson` or `Malformed`."""
    raw: bytes | None = body
    if content_type == _FORM:
        raw = _payload_field(body)
    if raw is None:
        return None
    payload = strict_json.loads(raw, max_bytes=MOST_BYTES)
    if not isinstance(payload, dict):
        raise Malformed
    return payload


def _payload_field(body: bytes) -> bytes | None:
    """The field's bytes, percent-decoded."""
    value = body.removeprefix(_FIELD)
    if len(value) == len(body) or any(sign in value for sign in _UNUSUAL):
        return _any_payload_field(body)
    # Quoted-printable is percent-encoding with another sign, and the standard library has only that one in C:
    # fifteen times as fast as urllib, for what is nearly all of Slack's traffic.
    return binascii.a2b_qp(value.replace(b"+", b" ").replace(b"%", b"="))


def _any_payload_field(body: bytes) -> bytes | None:
    try:
        # As text: what urllib makes of bytes that are not ASCII depends on the version of Python.
        found = parse_qs(body.decode("ascii"), keep_blank_values=True, errors="strict").get("payload")
    except UnicodeError:
        raise Malformed("The form is not percent-encoded.") from None
    if found is not None and len(found) != 1:
        raise Malformed("The form has several payloads.")
    return found[0].encode() if found else None
