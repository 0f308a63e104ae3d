"""The fork server that all tests of one pytest worker share: importing everything once is enough."""

from __future__ import annotations

import asyncio
import json
import os
import subprocess
import sys
from collections.abc import Callable, Mapping
from pathlib import Path
from types import TracebackType
from typing import Any, Self, TypeAlias

_ENDS_WITHIN_S = 30.0

#: is told `began` with the number of the process, or `ended` with its status
Hears: TypeAlias = Callable[[str, int], None]


class Forks:
    """Started when it is first wanted.

    It ends when its standard input does, and takes what it forked with it: so it dies with the process that
    holds this, however that ends.
    """

    def __init__(self) -> None:
        self._server: subprocess.Popen[bytes] | None = None
        self._loop: asyncio.AbstractEventLoop | None = None
        self._hearing: dict[str, Hears] = {}
        self._rest = b""
        self._names = 0

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._end()

    def take(self, hears: Hears) -> str:
        """A new name to ask under; `hears` is called with what becomes of each process that is asked for.

        A test that was torn away gave nothing back: what was left running then is ended.
        """
        loop = asyncio.get_running_loop()
        is_left = self._hearing and self._loop is not loop
        if is_left or (self._server is not None and self._server.poll() is not None):
            self._end()
        if self._server is None:
            self._server = _started()
        if not self._hearing:
            self._loop = loop
            loop.add_reader(_number(self._server.stdout), self._hear)
        self._names += 1
        self._hearing[str(self._names)] = hears
        return str(self._names)

    def give_back(self, name: str) -> None:
        """Nothing that was asked for under this name runs any longer."""
        del self._hearing[name]
        if not self._hearing and self._server is not None:
            asyncio.get_running_loop().remove_reader(_number(self._server.stdout))

    def ask(self, name: str, what: Mapping[str, Any]) -> None:
        """Have it start one."""
        assert self._server is not None
        os.write(_number(self._server.stdin), f"{json.dumps({**what, 'name': name})}\n".encode())

    def _hear(self) -> None:
        assert self._server is not None
        heard = os.read(_number(self._server.stdout), 65_536)
        if not heard:
            asyncio.get_running_loop().remove_reader(_number(self._server.stdout))
            for hears in self._hearing.values():
                hears("ended", 1)
        *lines, self._rest = (self._rest + heard).split(b"\n")
        for line in lines:
            word, name, number = line.decode().split()
            if name in self._hearing:
                self._hearing[name](word, int(number))

    def _end(self) -> None:
        server, self._server = self._server, None
        self._hearing, self._rest = {}, b""
        if server is None:
            return
        for pipe in (server.stdin, server.stdout):
            assert pipe is not None
            pipe.close()
        try:
            server.wait(timeout=_ENDS_WITHIN_S)
        except subprocess.TimeoutExpired:
            server.kill()
            server.wait()


def _started() -> subprocess.Popen[bytes]:
    inherited = {name: value for name, value in os.environ.items() if not name.startswith("PLACET_")}
    server = subprocess.Popen(
        [sys.executable, "-m", "tests.faults.fork_server"],
        cwd=Path(__file__).parents[2],
        env=inherited,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        start_new_session=True,  # who interrupts the tests must not end it before what it forked
    )
    os.set_blocking(_number(server.stdout), False)
    return server


def _number(pipe: Any) -> int:
    number: int = pipe.fileno()
    return number
