"""A listening address that does not wait for ever: who connects has to send a request within seconds.

aiohttp times out idle connections only after their first request; whoever sends one header letter a minute
would hold a connection, and its file descriptor, as long as they like.
"""

from __future__ import annotations

import asyncio

from aiohttp import web

from adapters.agents.connection import Connection
from adapters.agents.connection_room import ConnectionRoom, most_connections

#: seconds from the connection to the end of the first request's headers
SLOWEST_HEADERS = 15.0


class PatientSite(web.BaseSite):
    """As `web.TCPSite`, with a limit on how long the first headers may take.

    `documentation` is the address of the page that explains the kinds of problems, `most` is how many may be
    connected at once.
    """

    def __init__(
        self,
        runner: web.BaseRunner,
        host: str,
        port: int,
        *,
        documentation: str = "/docs",
        patience: float | None = None,
        most: int | None = None,
    ) -> None:
        super().__init__(runner)
        self._host = host
        self._port = port
        self._documentation = documentation
        self._room = ConnectionRoom(most_connections() if most is None else most)
        self._patience = SLOWEST_HEADERS if patience is None else patience

    @property
    def name(self) -> str:
        """Where it listens; `port` 0 becomes the one that the system chose."""
        return f"http://{self._host}:{self.port}"

    @property
    def port(self) -> int:
        """The port that it listens on."""
        listening = self._server.sockets if isinstance(self._server, asyncio.Server) else ()
        return int(listening[0].getsockname()[1]) if listening else self._port

    async def start(self) -> None:
        """Begin to listen."""
        await super().start()
        loop = asyncio.get_running_loop()
        self._server = await loop.create_server(self._connection, self._host, self._port, backlog=1024)

    def _connection(self) -> Connection:
        server = self._runner.server
        if server is None:
            raise RuntimeError("the runner was cleaned up while its site still listens")
        connection = Connection(server, self._documentation, self._room)
        asyncio.get_running_loop().call_later(self._patience, _close_if_silent, connection)
        return connection


def _close_if_silent(connection: Connection) -> None:
    if connection.is_silent:
        connection.force_close()
