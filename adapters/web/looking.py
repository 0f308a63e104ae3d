"""How somebody looks at what is fetched."""

from __future__ import annotations

from aiohttp import web


def is_looked_at(request: web.Request) -> bool:
    """Whether a person asked for the page: browsers mark what they fetch ahead of anybody's wish."""
    is_ahead = "prefetch" in request.headers.get("Sec-Purpose", request.headers.get("Purpose", ""))
    return request.method == "GET" and not is_ahead


def every_argument(request: web.Request) -> bool:
    """Whether every argument was asked for, however many there are."""
    return request.query.get("arguments") == "all"
