"""Every page and every form comes in here: who is it, is the form ours, and what the answer forbids."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from typing import TypeAlias

from aiohttp import web

from adapters.web.errors import SignedOut, answer
from adapters.web.forms import CSRF_FIELD, Values, read_form, read_long_form, require_csrf
from adapters.web.headers import PRIVATE, SECURITY_HEADERS
from adapters.web.origin import require_own_name, require_own_origin
from adapters.web.sessions import Sessions
from adapters.web.settings import WebSettings
from adapters.web.templates import Templates
from adapters.web.visitor import SessionCookie, Visitor
from bot.domain.directory import Directory
from bot.domain.errors import PlacetError

Handler: TypeAlias = Callable[[web.Request], Awaitable[web.StreamResponse]]
PageHandler: TypeAlias = Callable[[web.Request, Visitor], Awaitable[web.StreamResponse]]
FormHandler: TypeAlias = Callable[[web.Request, Visitor, Mapping[str, str]], Awaitable[web.StreamResponse]]
LongFormHandler: TypeAlias = Callable[[web.Request, Visitor, Values], Awaitable[web.StreamResponse]]


class Door:
    """Wraps what the pages do with what all of them need."""

    def __init__(
        self,
        *,
        settings: WebSettings,
        sessions: Sessions,
        directory: Callable[[], Directory],
        templates: Templates,
    ) -> None:
        self._settings = settings
        self._sessions = sessions
        self._directory = directory
        self._templates = templates
        self.cookie = SessionCookie(secure=settings.secure_cookies)

    def public(self, act: Handler) -> Handler:
        """A page that needs no sign-in."""

        async def handle(request: web.Request) -> web.StreamResponse:
            require_own_name(request, self._settings)
            return await act(request)

        return self._answered(handle)

    def public_form(self, act: Handler) -> Handler:
        """A form that needs no sign-in; it must come from our own page all the same."""

        async def handle(request: web.Request) -> web.StreamResponse:
            require_own_origin(request, self._settings)
            return await act(request)

        return self._answered(handle)

    def page(self, act: PageHandler) -> Handler:
        """A page for somebody who is signed in; in the demo everybody is."""

        async def handle(request: web.Request) -> web.StreamResponse:
            require_own_name(request, self._settings)
            visitor = await self.visitor(request)
            if visitor is not None:
                return await act(request, visitor)
            newcomer = await self._newcomer()
            response = await act(request, newcomer)
            self.cookie.write(response, newcomer.token)
            return response

        return self._answered(handle)

    def stream(self, act: PageHandler) -> Handler:
        """What follows a page: it needs the session that the page had."""

        async def handle(request: web.Request) -> web.StreamResponse:
            require_own_name(request, self._settings)
            return await act(request, await self._known(request))

        return self._answered(handle)

    def form(self, act: FormHandler) -> Handler:
        """A form of somebody who is signed in, sent by our own page in the same session."""

        async def handle(request: web.Request) -> web.StreamResponse:
            require_own_origin(request, self._settings)
            visitor = await self._known(request)
            fields = await read_form(request)
            require_csrf(fields.get(CSRF_FIELD, ""), visitor)
            return await act(request, visitor, fields)

        return self._answered(handle)

    def long_form(self, act: LongFormHandler) -> Handler:
        """As `form`, for one with many inputs."""

        async def handle(request: web.Request) -> web.StreamResponse:
            require_own_origin(request, self._settings)
            visitor = await self._known(request)
            values = await read_long_form(request)
            require_csrf("".join(values.get(CSRF_FIELD, ())), visitor)
            return await act(request, visitor, values)

        return self._answered(handle)

    async def visitor(self, request: web.Request) -> Visitor | None:
        """Who is signed in; nobody, once the policy no longer names them."""
        token = self.cookie.read(request)
        person = self._directory().people.get(await self._sessions.session(token) or "") if token else None
        return Visitor(person=person, token=token) if person and token else None

    async def act_as(self, person: str) -> Visitor:
        """A new session for somebody; raises `SignedOut` when the policy does not name them."""
        entry = self._directory().people.get(person)
        token = await self._sessions.redeem_link(await self._sessions.create_link(person)) if entry else None
        if entry is None or token is None:
            raise SignedOut
        return Visitor(person=entry, token=token)

    async def _known(self, request: web.Request) -> Visitor:
        visitor = await self.visitor(request)
        if visitor is None:
            raise SignedOut
        return visitor

    async def _newcomer(self) -> Visitor:
        if not self._settings.demo:
            raise SignedOut
        return await self.act_as(next(iter(self._directory().people), ""))

    def _answered(self, act: Handler) -> Handler:
        async def handle(request: web.Request) -> web.StreamResponse:
            try:
                response = await act(request)
            except PlacetError as error:
                response = answer(request, error, self._templates)
            if not response.prepared:
                response.headers.update({**SECURITY_HEADERS, **PRIVATE})
            return response

        return handle
