"""Processes of the product, and how they are started as operators do it."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Protocol


class Running(Protocol):
    """A process that was started, with whatever it has started itself."""

    pid: int

    def poll(self) -> int | None:
        """Look whether it has ended; its exit code, negative when a signal ended it."""

    def signal(self, which: signal.Signals) -> None:
        """Tell it; harmless when it has ended."""

    def wait(self, *, timeout_s: float) -> int:
        """Wait until it has ended; its exit code."""


class Starting(Protocol):
    """A way to start them."""

    def start(
        self, *arguments: str, folder: Path, environment: Mapping[str, str], out: Path, err: Path
    ) -> Running:
        """Run `placet` with these arguments."""


class Apart:
    """As operators start them; each imports for seconds."""

    def start(
        self, *arguments: str, folder: Path, environment: Mapping[str, str], out: Path, err: Path
    ) -> Running:
        """Run `placet` with these arguments."""
        command = [sys.executable, "-m", "bot.cli", *arguments]
        environment = {**environment, "PYTHONUNBUFFERED": "1"}
        with out.open("ab") as told, err.open("ab") as said:
            return Child(
                subprocess.Popen(
                    command,
                    cwd=folder,
                    env=environment,
                    stdout=told,
                    stderr=said,
                    start_new_session=True,
                )
            )


class Child:
    """One that was started like that."""

    def __init__(self, process: subprocess.Popen[bytes]) -> None:
        self._process = process
        self.pid = process.pid

    def poll(self) -> int | None:
        """Look whether it has ended."""
        return self._process.poll()

    def signal(self, which: signal.Signals) -> None:
        """Tell it, and whatever it has started."""
        if self._process.poll() is None:
            os.killpg(self.pid, which)

    def wait(self, *, timeout_s: float) -> int:
        """Wait until it has ended."""
        return self._process.wait(timeout=timeout_s)
