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

#: bytes; the longest form is a rejection with its reason
LARGEST = 16 * 1024
MOST_FIELDS = 20
#: seconds that a form may take to arrive
WITHIN_S = 15.0
#: characters of a reason
LONGEST_TEXT = 2000

CSRF_FIELD = "csrf"


async def read_form(request: web.Request) -> Mapping[str, str]:
    """The fields of a form; raises `Invalid` for anything that no form of ours sends."""
    if request.content_type != "application/x-www-form-urlencoded":
        raise Invalid("Send the form as application/x-www-form-urlencoded.")
    body = await _read(request)
    try:
        pairs = parse_qsl(
            body.decode("utf-8"),
            keep_blank_values=True,
            strict_parsing=bool(body),
            errors="strict",
            max_num_fields=MOST_FIELDS,
        )
    except ValueError:
        raise Invalid("The form is not readable; reload the page and try again.") from None
    fields = dict(pairs)
    if len(fields) != len(pairs):
        raise Invalid("A field of the form comes twice; reload the page and try again.")
    return fields


async def _read(request: web.Request) -> bytes:
    body = b""
    try:
        async with asyncio.timeout(WITHIN_S):
            while len(body) <= LARGEST and not request.content.at_eof():
                body += await request.content.read(LARGEST + 1 - len(body))
    except TimeoutError:
        raise Invalid(f"The form took longer than {WITHIN_S:g} seconds to arrive; send it again.") from None
    if len(body) > LARGEST:
        raise Invalid(f"The form is larger than {LARGEST} bytes; write a shorter text.")
    return body


def require_csrf(fields: Mapping[str, str], visitor: Visitor) -> None:
    """Raise `Forbidden` unless the form was made for this session."""
    given = fields.get(CSRF_FIELD, "")
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
