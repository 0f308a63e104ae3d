"""Processes of the product that start within a moment: importing everything once is enough for all tests."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path
from threading import Lock
from types import TracebackType
from typing import Any, Self

from .running import Running
from .waiting import wait_until

_ENDS_WITHIN_S = 20.0


class Forks:
    """The server that forks them; it ends, and they with it, when whoever holds this does."""

    def __init__(self) -> None:
        self._server: subprocess.Popen[str] | None = None
        self._asking = Lock()

    def __enter__(self) -> Self:
        self._server = subprocess.Popen(
            [sys.executable, "-m", "tests.e2e.fork_server"],
            cwd=Path(__file__).parents[2],
            env={name: value for name, value in os.environ.items() if not name.startswith("PLACET_")},
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
            start_new_session=True,  # who interrupts the tests must not end it before what it forked
        )
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        assert self._server is not None
        assert self._server.stdin is not None
        assert self._server.stdout is not None
        self._server.stdin.close()
        self._server.wait(timeout=_ENDS_WITHIN_S)
        self._server.stdout.close()

    def start(
        self, *arguments: str, folder: Path, environment: Mapping[str, str], out: Path, err: Path
    ) -> Running:
        """Run `placet` with these arguments."""
        asked = {"run": arguments, "folder": str(folder), "environment": dict(environment)}
        return Fork(pid=self.ask({**asked, "out": str(out), "err": str(err)}), forks=self)

    def ask(self, what: Mapping[str, Any]) -> Any:
        """Have the server do something; its answer."""
        assert self._server is not None
        assert self._server.stdin is not None
        assert self._server.stdout is not None
        with self._asking:
            self._server.stdin.write(f"{json.dumps(what)}\n")
            self._server.stdin.flush()
            return json.loads(self._server.stdout.readline())


class Fork:
    """One that was forked."""

    def __init__(self, *, pid: int, forks: Forks) -> None:
        self.pid = pid
        self._code: int | None = None
        self._forks = forks

    def poll(self) -> int | None:
        """Look whether it has ended."""
        if self._code is None:
            status = self._forks.ask({"ended": self.pid})
            self._code = None if status is None else os.waitstatus_to_exitcode(status)
        return self._code

    def signal(self, which: signal.Signals) -> None:
        """Tell it, and whatever it has started."""
        if self.poll() is None:
            os.killpg(self.pid, which)

    def wait(self, *, timeout_s: float) -> int:
        """Wait until it has ended."""
        wait_until(lambda: self.poll() is not None, why=f"process {self.pid} to end", timeout_s=timeout_s)
        assert self._code is not None
        return self._code
