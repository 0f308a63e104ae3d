"""A load generator that costs little: raw HTTP/1.1 on kept connections, one request in flight each."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Iterator
from dataclasses import dataclass
from functools import partial

from bench.figure import Unmeasured
from bench.processes import cpu_seconds


@dataclass(frozen=True, slots=True, kw_only=True)
class Load:
    """What a run came to."""

    #: answered requests a second
    rate: float
    #: seconds
    p50: float
    p99: float
    #: CPU microseconds of the server for one request, the database's not included
    cpu: float
    #: those of them that its event loop took; the writer took nearly all others
    loop_cpu: float
    #: that were answered, those before counting began included
    requests: int


class BadAnswer(Unmeasured):
    """An answer that was not a success ends the run: a fast refusal is not a figure."""


async def run_load(
    port: int, requests: Iterator[bytes], *, connections: int, server_pid: int, warm_up: int = 0
) -> Load:
    """Send all requests over some connections; the first `warm_up` ones are not counted."""
    lock_step = _Shared(requests, warm_up)
    clients = [_Client(lock_step) for _ in range(connections)]
    loop = asyncio.get_running_loop()
    before = cpu_seconds(server_pid)
    try:
        for client in clients:
            await loop.create_connection(partial(_same, client), "127.0.0.1", port)
        await asyncio.gather(*(client.done for client in clients))
    finally:
        for transport in lock_step.transports:
            transport.abort()
        # Closed for good a turn of the loop later.
        await asyncio.sleep(0)
    ended = time.perf_counter()
    after = cpu_seconds(server_pid)
    times = sorted(lock_step.times)
    counted = len(times)
    each = 1e6 / (counted + warm_up)
    return Load(
        rate=counted / (ended - lock_step.started),
        p50=times[counted // 2],
        p99=times[int(counted * 0.99)],
        cpu=(sum(after.values()) - sum(before.values())) * each,
        loop_cpu=(after[server_pid] - before[server_pid]) * each,
        requests=counted + warm_up,
    )


def _same(client: _Client) -> _Client:
    return client


def post(path: str, body: bytes, headers: str = "") -> bytes:
    """A POST as it goes over the wire."""
    head = (
        f"POST {path} HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Type: application/json\r\n"
        f"Content-Length: {len(body)}\r\n{headers}\r\n"
    )
    return head.encode() + body


class _Shared:
    """What the clients of one run share."""

    def __init__(self, requests: Iterator[bytes], warm_up: int) -> None:
        self.requests = requests
        self.left_to_warm_up = warm_up
        self.started = time.perf_counter()
        self.times: list[float] = []
        self.transports: list[asyncio.Transport] = []

    def took(self, seconds: float) -> None:
        """Note an answer."""
        if self.left_to_warm_up:
            self.left_to_warm_up -= 1
            self.started = time.perf_counter()
            return
        self.times.append(seconds)


class _Client(asyncio.Protocol):
    """One connection."""

    def __init__(self, shared: _Shared) -> None:
        self._shared = shared
        self._buffer = b""
        self._sent_at = 0.0
        self.done: asyncio.Future[None] = asyncio.get_running_loop().create_future()

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        assert isinstance(transport, asyncio.Transport)
        self._transport = transport
        self._shared.transports.append(transport)
        self._next()

    def data_received(self, data: bytes) -> None:
        self._buffer += data
        head, found, rest = self._buffer.partition(b"\r\n\r\n")
        if not found:
            return
        length = int(head.lower().partition(b"content-length: ")[2].partition(b"\r\n")[0] or 0)
        if len(rest) < length:
            return
        self._buffer = rest[length:]
        if head[9:10] != b"2":
            self._fail(BadAnswer(self._show(head, rest)))
            return
        self._shared.took(time.perf_counter() - self._sent_at)
        self._next()

    def connection_lost(self, exc: Exception | None) -> None:
        self._fail(exc or ConnectionResetError("the server hung up"))

    def _next(self) -> None:
        request = next(self._shared.requests, None)
        if request is None:
            if not self.done.done():
                self.done.set_result(None)
            self._transport.close()
            return
        self._sent_at = time.perf_counter()
        self._transport.write(request)

    def _fail(self, error: Exception) -> None:
        if not self.done.done():
            self.done.set_exception(error)

    @staticmethod
    def _show(head: bytes, rest: bytes) -> str:
        return f"{head.splitlines()[0]!r} {rest[:300]!r}"
