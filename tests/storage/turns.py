"""A relay before PostgreSQL that counts how often its client waits for an answer before it goes on asking."""

from __future__ import annotations

import select
import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager

from sqlalchemy.engine import make_url

_CHUNK = 65_536


class Relay:
    """Passes on what both sides say; `turns` grows whenever the client speaks after the server did."""

    def __init__(self, url: str) -> None:
        """Before the database at `url`; `self.url` leads through here."""
        parsed = make_url(url)
        self._server = (parsed.host or "127.0.0.1", parsed.port or 5432)
        self._door = socket.create_server(("127.0.0.1", 0))
        self.url = parsed.set(host="127.0.0.1", port=self._door.getsockname()[1]).render_as_string(
            hide_password=False
        )
        self.turns = 0
        threading.Thread(target=self._accept, daemon=True).start()

    @contextmanager
    def counting(self) -> Iterator[list[int]]:
        """The turns that are taken inside, as the one entry of a list that is filled at the end."""
        before, counted = self.turns, [0]
        yield counted
        counted[0] = self.turns - before

    def close(self) -> None:
        """Take no more clients."""
        self._door.close()

    def _accept(self) -> None:
        while True:
            try:
                client, _ = self._door.accept()
            except OSError:
                return
            threading.Thread(target=self._pass_on, args=(client,), daemon=True).start()

    def _pass_on(self, client: socket.socket) -> None:
        with client, socket.create_connection(self._server) as server:
            clients_turn = False
            while True:
                for side in select.select([client, server], [], [])[0]:
                    said = side.recv(_CHUNK)
                    if not said:
                        return
                    if side is client and not clients_turn:
                        self.turns += 1
                    clients_turn = side is client
                    (server if side is client else client).sendall(said)
