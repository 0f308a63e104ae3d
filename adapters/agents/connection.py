"""One connection: what is no HTTP is answered as everything else is, and who reads nothing is let go.

aiohttp tells a sender of malformed HTTP in plain text, with a piece of what was sent in it, which can be
a key; and it waits for ever for a reader that takes nothing of its answer.
"""

from __future__ import annotations

import asyncio

from aiohttp import hdrs, web
from aiohttp.http_exceptions import HttpProcessingError, LineTooLong

from adapters.agents import problems
from adapters.agents.connection_room import ConnectionRoom
from adapters.agents.refusing import refusal

#: seconds for which an answer waits to be read on
SLOWEST_READER = 60.0


class Connection(web.RequestHandler):
    """As aiohttp's own, with an end to patience; `documentation` explains the kinds of problems."""

    __slots__ = ("_documentation", "_room", "_stalled")

    def __init__(self, server: web.Server, documentation: str, room: ConnectionRoom) -> None:
        # What the runner was told about connections; aiohttp hands it to nobody else.
        settings = server._kwargs  # noqa: SLF001 - there is no public way to choose the handler's class
        super().__init__(server, loop=asyncio.get_running_loop(), **settings)
        self._documentation = documentation
        self._room = room
        self._stalled: asyncio.TimerHandle | None = None

    @property
    def is_silent(self) -> bool:
        """Whether not even the headers of a first request came."""
        # aiohttp counts a connection's requests once their headers are complete.
        return self._request_count == 0

    @property
    def is_idle(self) -> bool:
        """Whether nothing is asked on it right now: it waits for a request, or for the end of its headers."""
        return self._current_request is None

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Somebody connects; there is room for them, or they are hung up on."""
        super().connection_made(transport)
        if not self._room.admit(self):
            self.force_close()

    def handle_error(
        self,
        request: web.BaseRequest,
        status: int = 500,
        exc: BaseException | None = None,
        message: str | None = None,
    ) -> web.StreamResponse:
        """The answer to what cannot be read; nothing of it is logged or repeated, for it can hold a key."""
        is_unreadable = isinstance(exc, HttpProcessingError) or _is_odd_expectation(request, exc)
        if not is_unreadable or request.writer.output_size > 0:
            return super().handle_error(request, status, exc, message)
        error = problems.HeadersTooLarge() if isinstance(exc, LineTooLong) else problems.NotHttp()
        response = refusal(request, error, problems.KIND_OF[type(error)], self._documentation)
        response.force_close()
        return response

    def pause_writing(self) -> None:
        """The reader is behind."""
        super().pause_writing()
        self._stalled = asyncio.get_running_loop().call_later(SLOWEST_READER, self._give_up)

    def resume_writing(self) -> None:
        """The reader goes on."""
        super().resume_writing()
        self._read_on()

    def connection_lost(self, exc: BaseException | None) -> None:
        """Over."""
        self._read_on()
        self._room.leave(self)
        super().connection_lost(exc)

    def _read_on(self) -> None:
        if self._stalled is not None:
            self._stalled.cancel()
            self._stalled = None

    def _give_up(self) -> None:
        if self.transport is not None:
            # Closing would wait for what is still to be sent.
            self.transport.abort()


def _is_odd_expectation(request: web.BaseRequest, exc: BaseException | None) -> bool:
    """Whether aiohttp broke down over quoting what it was asked to expect, which no text can hold."""
    return isinstance(exc, UnicodeEncodeError) and hdrs.EXPECT in request.headers
