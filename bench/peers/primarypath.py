"""primarypath-server: FastAPI and a ledger on PostgreSQL; agents and operators each have a token."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import aiohttp

from bench.peers.caller import STORY, arguments, post, session
from bench.peers.environments import program
from bench.peers.serving import running
from tests.ports import free_port

NAME = "primarypath-server"
_AGENT, _ADMIN = "bench-service-token", "bench-admin-token"


class _Caller:
    def __init__(self, http: aiohttp.ClientSession) -> None:
        self._http = http

    async def create(self, number: int, callback: str | None = None) -> str:
        body = {
            "run_id": f"bench-{number}",
            "call_id": "refund",
            "tool": "refund.issue",
            "arguments": arguments(number),
            "reasoning": STORY,
            "callback_url": callback,
        }
        asked = await post(self._http, "/api/approvals", body, {"Authorization": f"Bearer {_AGENT}"})
        return str(asked["approval_id"])

    async def decide(self, request_id: str) -> None:
        body = {"approved": True, "reviewer": "ann"}
        path = f"/api/approvals/{request_id}/decision"
        await post(self._http, path, body, {"Authorization": f"Bearer {_ADMIN}"})


@asynccontextmanager
async def serving(url: str, folder: Path) -> AsyncIterator[_Caller]:
    """`primarypath-server` on an empty PostgreSQL, its limits of requests a minute switched off."""
    command, port = program(NAME, "primarypath-server"), free_port()
    site = f"http://127.0.0.1:{port}"
    environment = {
        "PRIMARYPATH_DATABASE_URL": url,
        "PRIMARYPATH_PORT": str(port),
        "PRIMARYPATH_PUBLIC_URL": site,
        "PRIMARYPATH_SERVICE_TOKEN": _AGENT,
        "PRIMARYPATH_ADMIN_TOKEN": _ADMIN,
        "PRIMARYPATH_RATE_LIMIT_PER_MINUTE": "0",
        "PRIMARYPATH_AGENT_WRITE_RATE_PER_MINUTE": "0",
        "PRIMARYPATH_WEBHOOK_ALLOW_PRIVATE": "true",
    }
    run = running([command], folder=folder, environment=environment, ready=f"{site}/readyz")
    async with run, session(site) as http:
        yield _Caller(http)
