"""The one door for forms: small, UTF-8, every field once."""

from __future__ import annotations

import asyncio
import hmac
import unicodedata
from collections.abc import Mapping
from urllib.parse import parse_qsl

from aiohttp import web

from adapters.web.visitor import Visitor
from bot.domain.errors import Forbidden, Invalid
from bot.domain.form import Values

#: bytes; the longest form is a rejection with its reason
LARGEST = 16 * 1024
MOST_FIELDS = 20
#: bytes of an edit: arguments may have 64 KiB, and each may be written as `%E2%80%A6`
LARGEST_EDIT = 512 * 1024
MOST_INPUTS = 2_000
#: seconds that a form may take to arrive
WITHIN_S = 15.0
#: characters of a reason
LONGEST_TEXT = 2000

CSRF_FIELD = "csrf"

__all__ = ["CSRF_FIELD", "Values", "free_text", "read_form", "read_long_form", "require_csrf"]


async def read_form(request: web.Request) -> Mapping[str, str]:
    """The fields of a form; raises `Invalid` for anything that no form of ours sends."""
    pairs = await _pairs(request, largest=LARGEST, most=MOST_FIELDS)
    fields = dict(pairs)
    if len(fields) != len(pairs):
        raise Invalid("A field of the form comes twice; reload the page and try again.")
    return fields


async def read_long_form(request: web.Request) -> Values:
    """The fields of a form with many inputs, each of which may come several times; raises `Invalid`."""
    values: dict[str, tuple[str, ...]] = {}
    for name, value in await _pairs(request, largest=LARGEST_EDIT, most=MOST_INPUTS):
        values[name] = (*values.get(name, ()), value)
    return values


async def _pairs(request: web.Request, *, largest: int, most: int) -> list[tuple[str, str]]:
    if request.content_type != "application/x-www-form-urlencoded":
        raise Invalid("Send the form as application/x-www-form-urlencoded.")
    body = await _read(request, largest)
    try:
        return parse_qsl(
            body.decode("utf-8"),
            keep_blank_values=True,
            strict_parsing=bool(body),
            errors="strict",
            max_num_fields=most,
        )
    except ValueError:
        raise Invalid("The form is not readable; reload the page and try again.") from None


async def _read(request: web.Request, largest: int) -> bytes:
    body = b""
    try:
        async with asyncio.timeout(WITHIN_S):
            while len(body) <= largest and not request.content.at_eof():
                body += await request.content.read(largest + 1 - len(body))
    except TimeoutError:
        raise Invalid(f"The form took longer than {WITHIN_S:g} seconds to arrive; send it again.") from None
    if len(body) > largest:
        raise Invalid(f"The form is larger than {largest} bytes; write a shorter text.")
    return body


def require_csrf(given: str, visitor: Visitor) -> None:
    """Raise `Forbidden` unless the form was made for this session."""
    if not hmac.compare_digest(given.encode(), visitor.csrf.encode()):
        raise Forbidden(
            "This page belongs to another sign-in, so nothing was recorded. Reload it and press again."
        )


def free_text(fields: Mapping[str, str], name: str) -> str:
    """What a person typed, without control characters; raises `Invalid` when it is too long."""
    text = fields.get(name, "").replace("\r\n", "\n")
    clean = "".join(c for c in text if c == "\n" or unicodedata.category(c) not in {"Cc", "Cs"}).strip()
    if len(clean) > LONGEST_TEXT:
        raise Invalid(f"The text is longer than {LONGEST_TEXT} characters; write less.", field=name)
    return clean
