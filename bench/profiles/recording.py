"""Recording: a server under load while py-spy looks at it some hundred times a second."""

from __future__ import annotations

import asyncio
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from bench.figure import Unmeasured
from bench.load import run_load
from bench.profiles.stacks import Stack, read
from bench.run import Run
from bench.servers import Server, started
from bench.traffic import CONNECTIONS, pending, presses, submissions

KINDS = ("intake", "press")
#: looks a second
_OFTEN = 400
#: until py-spy has found the interpreter in the process (seconds)
_ATTACHED = 1.5


@dataclass(frozen=True, slots=True, kw_only=True)
class Recording:
    """What one kind of request did with a server's time."""

    kind: str
    engine: str
    #: microseconds of the server for one request
    cpu: float
    stacks: list[Stack]


def recorded(kind: str, engine: str, *, requests: int, tree: Path | None = None) -> Recording:
    """Load a server with requests of a kind of `KINDS` and record it; `tree` is another checkout to record.

    Raises `Unmeasured` when py-spy is not installed.
    """
    run = Run()
    with run.database(engine) as url, started("bench.placet_server", url, tree=tree) as server:
        if kind == "press":
            _load(server, list(submissions(run, server, "intake", requests)))
            sent = list(presses(asyncio.run(pending(server))))
        else:
            _load(server, list(submissions(Run(round=1), server, "intake", 500)))
            sent = list(submissions(run, server, "intake", requests))
        with tempfile.NamedTemporaryFile(suffix=".stacks") as file:
            with _looking(server.pid, file.name):
                cpu = _load(server, sent)
            stacks = read(Path(file.name).read_text(encoding="utf-8").splitlines())
    return Recording(kind=kind, engine=engine, cpu=cpu, stacks=stacks)


def _load(server: Server, sent: list[bytes]) -> float:
    load = run_load(server.port, iter(sent), connections=CONNECTIONS, server_pid=server.pid)
    return asyncio.run(load).cpu


@contextmanager
def _looking(pid: int, file: str) -> Iterator[None]:
    spy = shutil.which("py-spy", path=str(Path(sys.executable).parent)) or shutil.which("py-spy")
    if spy is None:
        raise Unmeasured("py-spy is not installed: `make setup` does that.")
    options = ["--rate", str(_OFTEN), "--format", "raw", "--gil", "--nonblocking", "--duration", "3600"]
    process = subprocess.Popen(
        [spy, "record", *options, "--output", file, "--pid", str(pid)],
        stdout=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
        text=True,
    )
    try:
        time.sleep(_ATTACHED)
        if process.poll() is not None:
            assert process.stderr is not None
            raise Unmeasured(f"py-spy could not look: {process.stderr.read().strip()}")
        yield
    finally:
        process.send_signal(signal.SIGINT)
        process.wait()
        assert process.stderr is not None
        process.stderr.close()
