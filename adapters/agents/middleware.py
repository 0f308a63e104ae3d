"""The top of HTTP: whatever goes wrong below becomes a problem that says what to do, and nothing leaks."""

from __future__ import annotations

import logging
from collections.abc import Awaitable, Callable
from typing import TypeAlias

from aiohttp import hdrs, web
from aiohttp.typedefs import Middleware

from adapters.agents import problems
from adapters.agents.address_limit import UNLIMITED, AddressLimit
from adapters.agents.guard_headers import GUARD_HEADERS, NO_SNIFFING
from adapters.agents.nearby import probably_meant
from adapters.agents.refusing import refusal
from bot.domain import ids
from bot.domain.errors import PlacetError
from bot.strict_json import TooLarge

Handler: TypeAlias = Callable[[web.Request], Awaitable[web.StreamResponse]]

_log = logging.getLogger(__name__)


def problem_middleware(documentation: str, limit: AddressLimit = UNLIMITED) -> Middleware:
    """Turn errors into problem details; `documentation` is the address of the page that explains them.

    `limit` is how often one address may come.
    """

    def told(request: web.Request, error: PlacetError) -> web.StreamResponse:
        kind = problems.kind_of(error)
        return refusal(request, error, kind, documentation) if kind else broken(request, error)

    def broken(request: web.Request, error: Exception) -> web.StreamResponse:
        if request.writer.output_size > 0:
            # The answer has begun, so that all that is left is to break it off.
            raise error
        instance = ids.new_id("err")
        resource = request.match_info.route.resource
        route = resource.canonical if resource else None
        _log.error(
            "A request failed inside Placet.", exc_info=error, extra={"instance": instance, "route": route}
        )
        return told(request, problems.Broken(instance))

    @web.middleware
    async def tell(request: web.Request, handler: Handler) -> web.StreamResponse:
        try:
            limit.check(request)
            return await handler(request)
        except PlacetError as error:
            return told(request, error)
        except (web.HTTPException, web.RequestPayloadError) as error:
            ours = _in_our_words(error, request.path)
            if ours is None:
                raise
            return told(request, ours)
        except ConnectionError:
            # The caller hung up while it was being read: nothing of ours failed, and nobody hears an answer.
            raise
        except Exception as error:  # noqa: BLE001 - the top of HTTP: nothing goes out unexplained
            return broken(request, error)

    return tell


async def guard(_: web.Request, response: web.StreamResponse) -> None:
    """Give an answer that goes out the headers that it lacks; for `on_response_prepare`.

    Not in the middleware: what aiohttp refuses before any handler is asked never comes through that.
    """
    if NO_SNIFFING not in response.headers:
        response.headers.update(GUARD_HEADERS)


def _in_our_words(error: web.HTTPException | web.RequestPayloadError, path: str) -> PlacetError | None:
    """What aiohttp itself refuses; None for redirects and for pages that somebody wrote."""
    if isinstance(error, web.RequestPayloadError):
        return problems.NotHttp()
    if error.content_type != "text/plain":
        return None
    if isinstance(error, web.HTTPMethodNotAllowed):
        return problems.NotAllowed(error.headers[hdrs.ALLOW])
    if isinstance(error, web.HTTPNotFound):
        return problems.NoSuchPage(probably_meant(path))
    if isinstance(error, web.HTTPRequestEntityTooLarge):
        return TooLarge("The body has more bytes than this address takes.")
    return None
