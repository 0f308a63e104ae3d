"""Server processes under load: started, asked for their port, killed."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from bench.figure import Unmeasured


@dataclass(frozen=True, slots=True)
class Server:
    """A server process under load."""

    port: int
    pid: int
    api_key: str = ""


@contextmanager
def started(module: str, *arguments: str, tree: Path | None = None) -> Iterator[Server]:
    """Run a module that prints `{"port": …}` as its first line once it listens; killed afterwards.

    With `tree` it is the module of another checkout, and so is everything that it imports.
    """
    environment = {**os.environ, "PYTHONPATH": str(tree)} if tree else None
    process = subprocess.Popen(
        [sys.executable, "-m", module, *arguments],
        stdout=subprocess.PIPE,
        text=True,
        cwd=tree,
        env=environment,
    )
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
