"""What the next page says at its top: the answer to a press, for browsers without scripts.

It travels in a short-lived cookie that only this session can have written, so nothing is stored and
no link can put words into Placet's mouth.
"""

from __future__ import annotations

import base64
import binascii
import hmac
from dataclasses import dataclass

from aiohttp import web

from adapters.web.visitor import Visitor, mark

_COOKIE = "placet_said"
_LIFETIME_S = 60
_LONGEST = 600


@dataclass(frozen=True, slots=True, kw_only=True)
class Flash:
    """One sentence, and whether it is good news."""

    sentence: str
    accepted: bool


def write(response: web.StreamResponse, visitor: Visitor, flash: Flash, *, secure: bool) -> None:
    """Leave a sentence for the next page."""
    text = f"{'+' if flash.accepted else '-'}{flash.sentence[:_LONGEST]}"
    packed = base64.urlsafe_b64encode(text.encode()).decode()
    value = f"{packed}.{mark(visitor.token, packed)}"
    response.set_cookie(
        _COOKIE, value, max_age=_LIFETIME_S, path="/", httponly=True, samesite="Strict", secure=secure
    )


def take(request: web.Request, visitor: Visitor) -> Flash | None:
    """The sentence left for this page, None without a genuine one; `forget` it with the answer."""
    packed, _, code = request.cookies.get(_COOKIE, "").partition(".")
    if not packed or not hmac.compare_digest(code.encode(), mark(visitor.token, packed).encode()):
        return None
    try:
        text = base64.urlsafe_b64decode(packed.encode()).decode()
    except (binascii.Error, UnicodeError):
        return None
    return Flash(sentence=text[1:], accepted=text.startswith("+"))


def forget(request: web.Request, response: web.StreamResponse) -> None:
    """Say it once."""
    if _COOKIE in request.cookies:
        response.del_cookie(_COOKIE, path="/")
