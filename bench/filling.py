"""A database in which callbacks wait that nobody has begun to send."""

from __future__ import annotations

import asyncio
import json
import tempfile
from collections.abc import Sequence
from pathlib import Path

from bench.company import asking, policy
from bench.load import post, run_load
from bench.servers import Server, started

CONNECTIONS = 32


def fill(url: str, *waiting: tuple[int, Sequence[str]]) -> None:
    """Have so many callbacks wait, each time spread over these addresses; those named first for longest."""
    with tempfile.TemporaryDirectory(prefix="placet-bench-") as folder:
        file = Path(folder) / "policy.yml"
        file.write_text(policy(0))
        with started("bench.placet_server", url, "--policy", str(file)) as server:
            for many, addresses in waiting:
                asyncio.run(_submit(server, many, addresses))


async def _submit(server: Server, many: int, addresses: Sequence[str]) -> None:
    """A credit is let run, and its agent told so by a callback."""
    headers = f"Authorization: Bearer {server.api_key}\r\n"
    bodies = (
        asking(number, action="credit.issue", callback={"url": addresses[number % len(addresses)]})
        for number in range(many)
    )
    requests = (post("/v1/approvals", json.dumps(body).encode(), headers) for body in bodies)
    await run_load(server.port, requests, connections=CONNECTIONS, server_pid=server.pid)
