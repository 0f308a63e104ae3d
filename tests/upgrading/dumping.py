"""Writes down the databases of a release, and what chats and agents know: `… dumping 0.1.0`.

To be run with that release's own code (a work tree of its commit, with this folder put into it). What it
writes is kept beside, and never changes again.
"""

from __future__ import annotations

import asyncio
import json
import sqlite3
import subprocess
import sys
import tempfile
from dataclasses import asdict
from pathlib import Path
from typing import Any

from sqlalchemy import Connection

from storage.verifying import verify
from tests.postgres import _programs, postgres
from tests.upgrading.installation import Lived

DUMPS = Path(__file__).parent / "dumps"


async def remembered(world: Lived) -> dict[str, Any]:
    """What the outside knows when the process ends."""

    def report(connection: Connection) -> dict[str, Any]:
        found = verify(connection, world.app.key_ring.is_signed)
        assert found.problems == [], found.problems
        return {"events": found.events, "seals": found.seals, "unsealed": found.unsealed}

    workspace = world.slack.workspace
    return {
        "now": world.clock().isoformat(),
        "requests": world.requests,
        "resources": {name: await world.agent.sees(request) for name, request in world.requests.items()},
        "audit": await world.app.store.query(report),
        "agent": {
            "api_key": world._api_key,
            "callback_secret": world.agent.secret,
            "attempts": [[message, body.decode()] for message, body in world.agent.attempts],
            "told": [[each["type"], each["data"]["approval"]["id"]] for each in world.agent.callbacks],
        },
        "keys": await (await world.agent.http.get("/.well-known/jwks.json")).json(),
        "cookies": world.browsers["Ann"].cookies(),
        "slack": {
            "number": workspace.next(),
            "messages": [asdict(each) | {"arguments": {}} for each in workspace.messages],
            "views": [asdict(each) for each in workspace.views.values()],
        },
        "teams": {
            "number": world.teams.tenant.next(),
            "posted": [asdict(each) for each in world.teams.tenant.posted],
        },
    }


async def lived(url: str) -> dict[str, Any]:
    """Live through everything; what is to be remembered beside the database."""
    with tempfile.TemporaryDirectory() as folder:
        async with Lived(url, Path(folder)) as world:
            await world.installs()
            await world.lives()
            return await remembered(world)


def write(release: str, kind: str, dump: str, memory: dict[str, Any]) -> None:
    """Into files that are kept."""
    DUMPS.mkdir(exist_ok=True)
    (DUMPS / f"{release}-{kind}.sql").write_text(dump, encoding="utf-8")
    text = json.dumps(memory, indent=None, ensure_ascii=False, sort_keys=True)
    (DUMPS / f"{release}-{kind}.json").write_text(text + "\n", encoding="utf-8")


def main(release: str) -> None:
    """Both databases of a release."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "placet.db"
        memory = asyncio.run(lived(f"sqlite:///{path}"))
        with sqlite3.connect(path) as connection:
            write(release, "sqlite", "\n".join(connection.iterdump()) + "\n", memory)
    with postgres("dumping") as server:
        url = server.create("dumped")
        memory = asyncio.run(lived(url))
        program = _programs(Path(tempfile.gettempdir())) / "pg_dump"
        options = ["--inserts", "--no-owner", "--no-privileges", "--dbname", url]
        dumped = subprocess.run([program, *options], capture_output=True, text=True, check=True)
        # Lines with a backslash are for psql alone.
        lines = [line for line in dumped.stdout.splitlines() if not line.startswith(("\\", "--"))]
        write(release, "postgres", "\n".join(line for line in lines if line) + "\n", memory)
        server.drop("dumped")


if __name__ == "__main__":
    main(sys.argv[1])
