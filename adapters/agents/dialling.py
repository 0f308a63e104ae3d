"""The guard on the socket: whatever a name resolves to, nothing is dialled that may not be.

A check of names or of the resolver's answers lets literal addresses through and is made before the name
may change its mind. The connector's socket factory sees the very address of each connection.
"""

from __future__ import annotations

import socket
import ssl
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, field
from ipaddress import ip_address
from typing import Any

import aiohttp

from adapters.agents.networks import Network, why_forbidden

#: below the five seconds after which common servers drop an idle connection
_KEEP_ALIVE = 4.0


@dataclass(slots=True)
class Dialled:
    """What one attempt tried to connect to. Names may have several addresses, tried side by side."""

    #: what each forbidden address is, as in "a private network"
    forbidden: list[str] = field(default_factory=list)
    allowed: int = 0

    @property
    def only_forbidden(self) -> bool:
        """Whether trying again is useless, since no address at all may be dialled."""
        return bool(self.forbidden) and not self.allowed


_dialled: ContextVar[Dialled] = ContextVar("dialled")


@contextmanager
def watch_dialling() -> Iterator[Dialled]:
    """Collect what is dialled inside the block, in this task and in those that it starts."""
    dialled = Dialled()
    token = _dialled.set(dialled)
    try:
        yield dialled
    finally:
        _dialled.reset(token)


def guarded_connector(
    allow: Sequence[Network],
    *,
    public: bool,
    per_host: int,
    resolver: aiohttp.abc.AbstractResolver | None = None,
    trust: ssl.SSLContext | None = None,
) -> aiohttp.TCPConnector:
    """A connector that dials public addresses (unless `public` is false) and the networks of `allow`."""

    def guarded_socket(info: Any) -> socket.socket:
        family, kind, protocol, _, address = info
        dialled = _dialled.get()
        why = why_forbidden(ip_address(address[0]), allow, public=public)
        if why:
            dialled.forbidden.append(why)
            # An OSError, since aiohappyeyeballs loses every other kind when a name has several addresses.
            raise PermissionError(f"the address is {why}")
        dialled.allowed += 1
        return socket.socket(family=family, type=kind, proto=protocol)

    return aiohttp.TCPConnector(
        socket_factory=guarded_socket,
        limit_per_host=per_host,
        keepalive_timeout=_KEEP_ALIVE,
        resolver=resolver,
        ssl=trust if trust is not None else True,
    )
