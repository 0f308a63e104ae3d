"""A receiver whose address outlives the port that it has today."""

from __future__ import annotations

import socket
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

#: where the agent takes callbacks, as it stands in the databases
RECEIVER = "agents.example.com"


@contextmanager
def receiver_is_found(port: Callable[[], int]) -> Iterator[None]:
    """Meanwhile `RECEIVER` is on this machine, at a port that may be known later."""
    before = socket.getaddrinfo

    def found(host: Any, *args: Any, **kwargs: Any) -> Any:
        if host not in (RECEIVER, RECEIVER.encode()):
            return before(host, *args, **kwargs)
        return [(socket.AF_INET, socket.SOCK_STREAM, socket.IPPROTO_TCP, "", ("127.0.0.1", port()))]

    socket.getaddrinfo = found
    try:
        yield
    finally:
        socket.getaddrinfo = before
