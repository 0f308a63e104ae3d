"""Server processes under load: started, asked for their port, killed."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from bench.figure import Unmeasured


@dataclass(frozen=True, slots=True)
class Server:
    """A server process under load."""

    port: int
    pid: int
    api_key: str = ""


@contextmanager
def started(module: str, *arguments: str) -> Iterator[Server]:
    """Run a module that prints `{"port": …}` as its first line once it listens; killed afterwards."""
    process = subprocess.Popen([sys.executable, "-m", module, *arguments], stdout=subprocess.PIPE, text=True)
    try:
        assert process.stdout is not None
        line = process.stdout.readline()
        if not line:
            raise Unmeasured(f"{module} ended before it listened; what it said stands above.")
        told = json.loads(line)
        yield Server(told["port"], process.pid, told.get("api_key", ""))
    finally:
        process.kill()
        process.wait()
        assert process.stdout is not None
        process.stdout.close()
