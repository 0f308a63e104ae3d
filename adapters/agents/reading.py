"""Reads what agents send: bodies, queries, headers. Everything is bounded, in bytes and in time."""

from __future__ import annotations

import asyncio
import re
from typing import TypeVar

import msgspec
from aiohttp import hdrs, web
from yarl import URL

from adapters.agents.every_fault import every_fault_in
from adapters.agents.faults import BadField
from adapters.agents.problems import TooSlow, UnsupportedBody
from bot import strict_json
from bot.strict_json import TooLarge

#: seconds within which a whole body has to arrive
SLOWEST_BODY = 10.0

IDEMPOTENCY_KEY = "Idempotency-Key"
_LONGEST_KEY = 200
_BARE = re.compile(r"[!#-~][!-~]*")
#: a string as structured fields write it (RFC 8941 §3.3.3)
_QUOTED = re.compile(r'"((?:[ !#-\[\]-~]|\\["\\])+)"')

_AnyStruct = TypeVar("_AnyStruct", bound=msgspec.Struct)


async def body_bytes(request: web.Request, *, most: int) -> bytes:
    """The body; raises `UnsupportedBody`, `TooLarge` (both before reading it) or `TooSlow`."""
    headers = request.headers
    if headers.get(hdrs.CONTENT_ENCODING, "identity") != "identity":
        raise UnsupportedBody("The body is compressed; send it as it is.")
    if not _is_json(headers.get(hdrs.CONTENT_TYPE, "application/json")):
        raise UnsupportedBody("The Content-Type is not JSON; send `Content-Type: application/json`.")
    if (request.content_length or 0) > most:
        raise TooLarge(f"The body has {request.content_length} bytes; send at most {most} bytes.")
    content = request.content
    if content.is_eof():
        return content.read_nowait(-1)
    taken = bytearray()
    try:
        async with asyncio.timeout(SLOWEST_BODY):
            while part := await content.readany():
                taken += part
                if len(taken) > most:
                    raise TooLarge(f"The body has more than {most} bytes; send less.")
    except TimeoutError:
        raise TooSlow(f"The body did not arrive within {SLOWEST_BODY:g} seconds; send it again.") from None
    return bytes(taken)


def parsed(body: bytes, kind: type[_AnyStruct], *, most: int) -> _AnyStruct:
    """The body as this kind; raises `BadJson`, or `Invalid` naming the fields and what to do."""
    value = strict_json.loads(body, max_bytes=most)
    try:
        return msgspec.convert(value, kind)
    except msgspec.ValidationError as error:
        raise every_fault_in(kind, value, error) from None


def query(url: URL, kind: type[_AnyStruct]) -> _AnyStruct:
    """The parameters behind the question mark; raises `Invalid` for unknown, doubled or unfit ones."""
    if not url.raw_query_string:
        return kind()
    given: dict[str, str] = {}
    for name, value in url.query.items():
        if name in given:
            raise BadField("is given twice", "send it once", field=name)
        given[name] = value
    try:
        asked = msgspec.convert(given, kind, strict=False)
    except msgspec.ValidationError as error:
        raise every_fault_in(kind, given, error, strict=False) from None
    for name, attribute in zip(kind.__struct_encode_fields__, kind.__struct_fields__, strict=True):
        # The text `null` converts to None, and would silently ask for everything.
        if name in given and getattr(asked, attribute) is None:
            raise BadField("is null", "say which, or leave it out", field=name)
    return asked


def idempotency_key(request: web.Request) -> str | None:
    """The `Idempotency-Key`, bare or quoted, None where there is none; raises `Invalid`."""
    values = request.headers.getall(IDEMPOTENCY_KEY, None)
    if values is None:
        return None
    key = _unquoted(values[0]) if len(values) == 1 else None
    if key is None or len(key) > _LONGEST_KEY:
        raise BadField(
            "is not a key",
            f"send it once, with 1 to {_LONGEST_KEY} characters of printable ASCII",
            field=IDEMPOTENCY_KEY,
        )
    return key


def _unquoted(header: str) -> str | None:
    if _BARE.fullmatch(header):
        return header
    quoted = _QUOTED.fullmatch(header)
    return re.sub(r"\\(.)", r"\1", quoted[1]) if quoted else None


def _is_json(content_type: str) -> bool:
    media_type, _, parameters = content_type.partition(";")
    media_type = media_type.strip().lower()
    known = media_type == "application/json" or media_type.endswith("+json")
    charset = parameters.replace(" ", "").replace('"', "").lower()
    return known and charset in ("", "charset=utf-8")
