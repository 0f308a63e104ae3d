"""Ports on the loopback interface that stay free until whoever asked for one listens there.

A port that the kernel chose and was given back may go to anybody a moment later: to a server of the other
worker, or to a connection on its way out. So these lie below the ports that the kernel gives out by itself
(`ip_local_port_range`, on Linux from 32768), and every process has a share of them that no other touches.
"""

from __future__ import annotations

import itertools
import os
import socket
from collections.abc import Iterator

LOOPBACK = "127.0.0.1"

_FIRST, _END = 20_000, 32_700
#: ports of one process; they come round again when all were given
_SHARE = 100

_numbers: Iterator[int] = iter(())
_owner = 0


def free_port() -> int:
    """Return a TCP port that nobody listens on, and that nobody else is given for a long time."""
    for _ in range(_SHARE):
        port = _next()
        with socket.socket() as probe:
            try:
                probe.bind((LOOPBACK, port))
            except OSError:
                continue
            return port
    raise RuntimeError(f"Not one of {_SHARE} ports is free: end what listens on 127.0.0.1 there.")


def _next() -> int:
    global _numbers, _owner  # noqa: PLW0603 - one share for the whole process is the point
    if _owner != os.getpid():
        _owner, first = os.getpid(), _take_share()
        _numbers = itertools.cycle(range(first + 1, first + _SHARE))
    return next(_numbers)


def _take_share() -> int:
    """The first port of a share that is this process's until it ends: nobody else can bind it for UDP."""
    for first in range(_FIRST, _END - _SHARE, _SHARE):
        claim = socket.socket(type=socket.SOCK_DGRAM)
        try:
            claim.bind((LOOPBACK, first))
        except OSError:
            claim.close()
            continue
        claim.detach()
        return first
    raise RuntimeError(f"All ports from {_FIRST} to {_END} are taken by other test runs: end one of them.")
