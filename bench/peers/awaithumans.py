"""awaithumans: FastAPI and SQLModel on SQLite or PostgreSQL; its callbacks are sent every five seconds."""

from __future__ import annotations

import base64
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import aiohttp

from bench.peers.caller import STORY, arguments, post, session
from bench.peers.environments import program
from bench.peers.serving import running
from tests.ports import free_port

NAME = "awaithumans"
_TOKEN = "bench-admin-token"
_ALLOWED = {"Authorization": f"Bearer {_TOKEN}"}


class _Caller:
    def __init__(self, http: aiohttp.ClientSession) -> None:
        self._http = http

    async def create(self, number: int, callback: str | None = None) -> str:
        body = {
            "task": f"Approve the refund of order {number:06d}",
            "payload": {**arguments(number), "reasoning": STORY},
            "payload_schema": _object(order="string", amount="string", currency="string", reasoning="string"),
            "response_schema": _object(approved="boolean"),
            "timeout_seconds": 3600,
            "idempotency_key": f"bench-{number}",
            "callback_url": callback,
        }
        return str((await post(self._http, "/api/tasks", body, _ALLOWED))["id"])

    async def decide(self, request_id: str) -> None:
        await post(
            self._http, f"/api/tasks/{request_id}/complete", {"response": {"approved": True}}, _ALLOWED
        )


def _object(**properties: str) -> dict[str, Any]:
    """A JSON schema."""
    fields = {name: {"title": name.title(), "type": kind} for name, kind in properties.items()}
    return {"type": "object", "properties": fields, "required": list(fields)}


@asynccontextmanager
async def serving(url: str, folder: Path) -> AsyncIterator[_Caller]:
    """`awaithumans serve` on an empty database of either kind."""
    command, port = program(NAME, "awaithumans"), free_port()
    site = f"http://127.0.0.1:{port}"
    is_file = url.startswith("sqlite")
    environment = {
        "AWAITHUMANS_DB_PATH" if is_file else "AWAITHUMANS_DATABASE_URL": str(folder / "tasks.db")
        if is_file
        else url,
        "AWAITHUMANS_PORT": str(port),
        "AWAITHUMANS_PUBLIC_URL": site,
        "AWAITHUMANS_PAYLOAD_KEY": base64.urlsafe_b64encode(b"benchmark-" * 3 + b"--").decode(),
        "AWAITHUMANS_ADMIN_API_TOKEN": _TOKEN,
    }
    arguments_ = ["serve", "--host", "127.0.0.1", "--port", str(port)]
    ready = f"{site}/api/health"
    run = running([command, *arguments_], folder=folder, environment=environment, ready=ready)
    async with run, session(site) as http:
        yield _Caller(http)
