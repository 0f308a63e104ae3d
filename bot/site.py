"""The HTTP site: every part's routes behind one guard."""

from __future__ import annotations

from collections.abc import Iterable
from contextlib import AbstractAsyncContextManager
from typing import Protocol

from aiohttp import web

from adapters.agents.address_limit import Addresses, AddressLimit
from adapters.agents.middleware import guard, problem_middleware
from adapters.agents.serving import listening
from bot.settings import Settings

#: bytes; the bodies of most routes are limited further
LARGEST_BODY = 2**20


class Mounts(Protocol):
    """A part that has routes of its own."""

    def mount(self, app: web.Application) -> None:
        """Add them."""
        ...


def site(settings: Settings, parts: Iterable[Mounts]) -> web.Application:
    """One application with the routes of all parts; what fails in any of them is answered as a problem."""
    limit = AddressLimit(settings.rate_per_address, Addresses(settings.trusted_proxies))
    app = web.Application(
        middlewares=[problem_middleware(_documentation(settings), limit)], client_max_size=LARGEST_BODY
    )
    app.on_response_prepare.append(guard)
    for part in parts:
        part.mount(app)
    return app


def answering(settings: Settings, app: web.Application) -> AbstractAsyncContextManager[object]:
    """Listen where the settings say, for as long as the context is open."""
    return listening(app, settings.host, settings.port, documentation=_documentation(settings))


def _documentation(settings: Settings) -> str:
    return f"{settings.public_url}/docs"
