"""Keeps a process on this machine: outside sockets and outside names are refused, loudly.

Imported by the tests and, through `.ci/loopback/sitecustomize.py`, by the demo when CI runs it.
"""

import ipaddress
import socket
from typing import Any, NoReturn

_OUTSIDE_FAMILIES = {socket.AF_INET, socket.AF_INET6}


class OutsideCallError(BaseException):
    """Something tried to leave this machine. Not an `Exception`, so that no retry loop swallows it."""


def stay_on_loopback() -> None:
    """Refuse, from now on and for the whole process, every connection and look-up beyond loopback."""
    _guard("connect")
    _guard("connect_ex")
    _guard("sendto")
    _guard_names()


def _guard(method: str) -> None:
    original = getattr(socket.socket, method)

    def guarded(self: socket.socket, *args: Any) -> Any:
        address = args[-1]
        if self.family in _OUTSIDE_FAMILIES and not _is_here(address[0]):
            _refuse(f"{method} to {address[0]}:{address[1]}")
        return original(self, *args)

    setattr(socket.socket, method, guarded)


def _guard_names() -> None:
    original = socket.getaddrinfo

    def guarded(host: Any, *args: Any, **kwargs: Any) -> Any:
        name = host.decode() if isinstance(host, bytes) else host
        if name and not _is_literal(name) and not _is_here(name):
            raise socket.gaierror(socket.EAI_NONAME, f"{name} is not looked up: tests stay on this machine")
        return original(host, *args, **kwargs)

    socket.getaddrinfo = guarded


def _is_here(host: str) -> bool:
    if host in {"", "localhost"} or host.endswith(".localhost"):
        return True
    return _is_literal(host) and ipaddress.ip_address(host.partition("%")[0]).is_loopback


def _is_literal(host: str) -> bool:
    try:
        ipaddress.ip_address(host.partition("%")[0])
    except ValueError:
        return False
    return True


def _refuse(what: str) -> NoReturn:
    raise OutsideCallError(f"{what} leaves this machine; use a server on 127.0.0.1 instead")
