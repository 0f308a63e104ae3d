"""A whole Placet as it is really served, on a listening address of its own, spoken to byte by byte."""

from __future__ import annotations

import asyncio
import json
import re
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from aiohttp import web

from adapters.agents.middleware import guard, problem_middleware
from adapters.agents.serving import listening
from bot.app import App
from bot.policy import parse_policy
from bot.settings import Settings
from tests.adapters.agents.door import Door
from tests.databases import sqlite_at_schema

POLICY = """
owner: ann
defaults: {escalation_policy: support}
people:
  ann: {name: Ann}
  cat: {name: Cat}
groups:
  support: {members: [ann]}
agents:
  support-bot: {owner: cat, actions: ["*"], open_requests: 3}
  other-bot: {owner: cat, actions: ["*"]}
actions:
  refund.issue: {owner: ann, effect: write, reversible: false, summary: "Refund for order {order}"}
escalation_policies:
  support:
    quorum: {approve: 1, reject: 1, from: [support]}
    steps: [{to: ["web:support"], wait: 15m}]
"""
REFUND: dict[str, Any] = {
    "action": {"name": "refund.issue", "arguments": {"order": "4892"}},
    "reasoning": "The parcel was lost.",
}


@dataclass(kw_only=True)
class Told:
    """One answer as it came over the wire."""

    status: int
    headers: Mapping[str, str]
    body: bytes

    @property
    def json(self) -> Any:
        return json.loads(self.body)


@dataclass(kw_only=True)
class Wire:
    """A listening address, and an API key of support-bot's."""

    port: int
    key: str

    async def raw(self, *parts: bytes, within: float = 20) -> bytes:
        """Everything that comes back to these bytes until the server hangs up."""
        reader, writer = await asyncio.open_connection("127.0.0.1", self.port)
        try:
            for part in parts:
                writer.write(part)
                await writer.drain()
            async with asyncio.timeout(within):
                return await reader.read()
        except ConnectionError:
            return b""
        finally:
            writer.close()

    async def ask(
        self, method: str, path: str, body: Any = None, *, keyed: bool = False, **headers: str
    ) -> Told:
        """One request and its answer; names of headers are written with `_` for `-`."""
        data = b"" if body is None else body if isinstance(body, bytes) else json.dumps(body).encode()
        sent = {"Host": f"127.0.0.1:{self.port}", "Connection": "close", "Content-Length": str(len(data))}
        if keyed:
            sent["Authorization"] = f"Bearer {self.key}"
        sent |= {name.replace("_", "-"): value for name, value in headers.items()}
        lines = [f"{method} {path} HTTP/1.1", *(f"{name}: {value}" for name, value in sent.items()), "", ""]
        return first_of(await self.raw("\r\n".join(lines).encode() + data))


@dataclass(kw_only=True)
class Served(Wire):
    """One running installation."""

    app: App

    async def submit(self) -> dict[str, Any]:
        """A refund that waits for a decision, as its resource."""
        told = await self.ask("POST", "/v1/approvals", REFUND, keyed=True, Content_Type="application/json")
        assert told.status == 201, told.body
        resource: dict[str, Any] = told.json
        return resource


def first_of(answers: bytes) -> Told:
    """The first of the answers that came."""
    top, _, rest = answers.partition(b"\r\n\r\n")
    status, *lines = top.decode("latin-1").split("\r\n")
    headers = {name.lower(): value for name, _, value in (line.partition(": ") for line in lines)}
    length = int(headers.get("content-length", len(rest)))
    return Told(status=int(status.split()[1]), headers=headers, body=rest[:length])


def statuses(answers: bytes) -> list[int]:
    """The statuses of all answers that came, in their order."""
    return [int(found) for found in re.findall(rb"HTTP/1\.[01] ([0-9]{3}) ", answers)]


@asynccontextmanager
async def wired() -> AsyncIterator[tuple[Wire, Door]]:
    """The agents' routes alone, with a store in memory behind them, as they are served."""
    async with Door().open() as door:
        app = web.Application(middlewares=[problem_middleware("/docs")])
        app.on_response_prepare.append(guard)
        door.agents.mount(app)
        async with listening(app, "127.0.0.1", 0) as site:
            yield Wire(port=site.port, key=door.token), door


@asynccontextmanager
async def served(folder: Path, **settings: Any) -> AsyncIterator[Served]:
    """An installation on SQLite, listening on a free port; settings by their names."""
    (folder / "policy.yml").write_text(POLICY)
    values = {
        "database_url": sqlite_at_schema(folder / "placet.db"),
        "policy": folder / "policy.yml",
        "secret_key": ("door-" * 8,),
        **settings,
    }
    app = App(Settings.model_validate(values), parse_policy(POLICY))
    await app.start()
    try:
        await app.book.refresh()
        key = await app.keys.create("support-bot")
        async with listening(app.http(), "127.0.0.1", 0) as site:
            yield Served(app=app, port=site.port, key=key.api_key)
    finally:
        await app.close()
