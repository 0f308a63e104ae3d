"""Errors as agents read them: problem details (RFC 9457) that name the field and say what to do."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from math import ceil

from aiohttp import hdrs

from bot.domain.errors import Busy, Conflict, Forbidden, Gone, Invalid, NotFound, PlacetError
from bot.spelling import listed
from bot.strict_json import BadJson, TooLarge

_ADDRESSES_ARE_LISTED = "The addresses are listed at /docs."


class Unauthorized(PlacetError):
    """The request needs an API key: `Authorization: Bearer plc_…`."""

    code = "unauthorized"


class ComeAgain(PlacetError):
    """Too often; `wait` is the number of seconds after which it works again."""

    code = "too_many"

    def __init__(self, sentence: str, *, wait: float) -> None:
        super().__init__(sentence)
        #: whole seconds, for the header
        self.retry_after = ceil(wait)


class TooManyFailures(ComeAgain):
    """Too many wrong API keys came from this address."""

    code = "too_many_failures"


class TooManyRequests(ComeAgain):
    """Too many requests came with this key, or from this address."""

    code = "too_many_requests"


class UnsupportedBody(PlacetError):
    """Bodies are JSON in UTF-8, not compressed."""

    code = "unsupported_body"


class NotHttp(PlacetError):
    """What came is not HTTP, or not in one way only: a header, a length or a chunk is malformed."""

    code = "not_http"


class HeadersTooLarge(PlacetError):
    """The address or a header is longer than 8190 bytes."""

    code = "headers_too_large"


class TooSlow(PlacetError):
    """The body did not arrive in time."""

    code = "too_slow"


class NoSuchPage(PlacetError):
    """There is nothing at this address."""

    code = "no_such_page"

    def __init__(self, meant: str | None = None) -> None:
        super().__init__()
        #: says which address was probably meant
        self.remedy = (
            f"Did you mean {meant}? All addresses are listed at /docs." if meant else _ADDRESSES_ARE_LISTED
        )


class NotAllowed(PlacetError):
    """This address does not take that method."""

    code = "method_not_allowed"

    def __init__(self, allow: str) -> None:
        methods = listed(allow.split(","))
        super().__init__(f"This address does not take that method, only {methods}.")
        self.allow = allow


class Broken(PlacetError):
    """Something broke inside Placet; nothing of it is shown here."""

    code = "internal_error"

    def __init__(self, instance: str) -> None:
        super().__init__()
        self.instance = instance


@dataclass(frozen=True, slots=True, kw_only=True)
class Kind:
    """One kind of problem, as the documentation lists it."""

    error: type[PlacetError]
    status: int
    title: str
    remedy: str
    headers: Mapping[str, str] = field(default_factory=dict)

    @property
    def code(self) -> str:
        """The stable word."""
        return self.error.code


#: every kind; for a subclass that is not listed, its nearest listed ancestor counts
KINDS = (
    Kind(
        error=BadJson,
        status=400,
        title="The body is not acceptable JSON",
        remedy="Send I-JSON (RFC 7493): every key once, no NaN, large or exact numbers as text.",
    ),
    Kind(
        error=NotHttp,
        status=400,
        title="Not HTTP",
        remedy="Send HTTP/1.1 with one length, as client libraries do.",
    ),
    Kind(
        error=Unauthorized,
        status=401,
        title="An API key is needed",
        remedy="Send `Authorization: Bearer plc_…` with a key from `placet keys create --agent NAME`.",
        headers={hdrs.WWW_AUTHENTICATE: 'Bearer realm="placet"'},
    ),
    Kind(
        error=Forbidden,
        status=403,
        title="Not allowed",
        remedy="Ask the owner of the policy; trying again changes nothing.",
    ),
    Kind(
        error=NotFound,
        status=404,
        title="No such approval request",
        remedy="Check the id; requests of other agents are not shown.",
    ),
    Kind(error=NoSuchPage, status=404, title="Nothing is here", remedy=_ADDRESSES_ARE_LISTED),
    Kind(
        error=NotAllowed,
        status=405,
        title="Method not allowed",
        remedy="Use one of the methods that the header Allow names.",
    ),
    Kind(
        error=TooSlow,
        status=408,
        title="Too slow",
        remedy="Send the same request again, with the same Idempotency-Key.",
    ),
    Kind(
        error=Conflict,
        status=409,
        title="The request has moved on",
        remedy="Read the request to see how it stands.",
    ),
    Kind(
        error=Gone,
        status=410,
        title="The approval can no longer be used",
        remedy="Do not act on it; submit a new request if it is still needed.",
    ),
    Kind(error=TooLarge, status=413, title="The body is too large", remedy="Send less."),
    Kind(
        error=UnsupportedBody,
        status=415,
        title="The body is not plain JSON",
        remedy="Send `Content-Type: application/json` and no Content-Encoding.",
    ),
    Kind(
        error=Invalid,
        status=422,
        title="The input does not fit",
        remedy="Correct what `errors` lists, or `detail` names, and send it again.",
    ),
    Kind(
        error=TooManyFailures,
        status=429,
        title="Too many wrong API keys",
        remedy="Check the key, wait as many seconds as Retry-After says, and try again.",
    ),
    Kind(
        error=TooManyRequests,
        status=429,
        title="Too many requests",
        remedy="Send the same request again after Retry-After seconds, with the same Idempotency-Key.",
    ),
    Kind(
        error=HeadersTooLarge,
        status=431,
        title="The headers are too large",
        remedy="Send a shorter address and shorter headers; what is long belongs into the body.",
    ),
    Kind(
        error=Broken,
        status=500,
        title="Internal error",
        remedy="Try again; if it stays, tell the operator the `instance`.",
    ),
    Kind(
        error=Busy,
        status=503,
        title="Busy",
        remedy="Send the same request again after Retry-After seconds, with the same Idempotency-Key.",
        headers={hdrs.RETRY_AFTER: "1"},
    ),
)

#: of each error that is listed
KIND_OF = {kind.error: kind for kind in KINDS}


def kind_of(error: PlacetError) -> Kind | None:
    """The kind that an error is, None for one that agents are never told about."""
    return next((KIND_OF[base] for base in type(error).__mro__ if base in KIND_OF), None)
