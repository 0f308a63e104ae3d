"""holdmyagent: FastAPI on one SQLite connection; the reviewer is an app with a token of its own."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import aiohttp

from bench.peers.caller import STORY, arguments, post, session
from bench.peers.environments import program
from bench.peers.serving import running
from tests.ports import free_port

NAME = "holdmyagent"
_AGENT, _APP = "bench-agent-token", "bench-app-token"
#: as `hma init` writes it, its limit of requests a minute so high that it is never reached
_CONFIG = f"""
[auth]
agent_token = "{_AGENT}"
app_token = "{_APP}"
admin_password = "bench-admin-password"
session_secret = "bench-session-secret-of-32-characters"
[policy]
rate_limit_per_minute = 1000000000
"""


class _Caller:
    def __init__(self, http: aiohttp.ClientSession) -> None:
        self._http = http

    async def create(self, number: int, callback: str | None = None) -> str:
        body = {
            "title": f"Refund order {number:06d}",
            "description": STORY,
            "action_type": "refund.issue",
            "payload": arguments(number),
            "ttl_seconds": 3600,
            "callback_url": callback,
            "idempotency_key": f"bench-{number}",
        }
        asked = await post(self._http, "/v1/requests", body, {"Authorization": f"Bearer {_AGENT}"})
        return str(asked["id"])

    async def decide(self, request_id: str) -> None:
        path = f"/v1/requests/{request_id}/decision"
        await post(self._http, path, {"decision": "approve"}, {"Authorization": f"Bearer {_APP}"})


@asynccontextmanager
async def serving(url: str, folder: Path) -> AsyncIterator[_Caller]:
    """`hma serve` with a database in the folder; it takes no other."""
    command, port = program(NAME, "hma"), free_port()
    config = folder / "config.toml"
    where = f'[server]\nport = {port}\ndb_path = "{folder / "arbiter.sqlite3"}"\n'
    config.write_text(where + _CONFIG)
    site = f"http://127.0.0.1:{port}"
    run = running(
        [command, "serve", "--config", config], folder=folder, environment={}, ready=f"{site}/health"
    )
    async with run, session(site) as http:
        yield _Caller(http)
