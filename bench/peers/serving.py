"""A peer's own server: started as its documentation says, waited for, killed."""

from __future__ import annotations

import asyncio
import os
import subprocess
from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import asynccontextmanager
from pathlib import Path

import aiohttp

from bench.figure import Unmeasured

#: seconds until it has to be ready
STARTED_WITHIN = 40.0


@asynccontextmanager
async def running(
    command: Sequence[str | Path], *, folder: Path, environment: Mapping[str, str], ready: str
) -> AsyncIterator[None]:
    """Run a server within a folder until the end of the block; `ready` is an address that answers then.

    Raises `Unmeasured` with the end of what it said, when it does not get ready.
    """
    log = folder / "server.log"
    with log.open("wb") as file:
        process = subprocess.Popen(
            [str(each) for each in command],
            cwd=folder,
            env={**_plain(), "HOME": str(folder), **environment},
            stdout=file,
            stderr=subprocess.STDOUT,
        )
    try:
        if not await _is_ready(process, ready):
            said = log.read_text(errors="replace")[-600:]
            raise Unmeasured(f"{Path(command[0]).name} did not get ready: {said}")
        yield
    finally:
        process.kill()
        process.wait()


def _plain() -> dict[str, str]:
    """The environment without anything that steers Python or Placet."""
    return {name: value for name, value in os.environ.items() if not name.startswith(("PYTHON", "PLACET_"))}


async def _is_ready(process: subprocess.Popen[bytes], address: str) -> bool:
    try:
        async with asyncio.timeout(STARTED_WITHIN), aiohttp.ClientSession() as http:
            while process.poll() is None:
                try:
                    async with http.get(address) as answer:
                        if answer.ok:
                            return True
                except aiohttp.ClientError:
                    pass
                await asyncio.sleep(0.1)
    except TimeoutError:
        pass
    return False
