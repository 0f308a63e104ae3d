"""The base of what is told after a press: bare aiohttp that commits one row, answers, and passes the body on.

Nobody is asked whether they may, nothing is drawn and nothing is signed: no server of this kind does less.
"""

from __future__ import annotations

import asyncio
import json
import sqlite3
import sys
from collections.abc import Callable, Sequence
from typing import Any

import aiohttp
import psycopg
from aiohttp import web

_TABLE = "CREATE TABLE pressed (id INTEGER PRIMARY KEY, body TEXT)"


class Relay:
    """Commits, answers, passes on."""

    def __init__(self, commit: Callable[[str], None], http: aiohttp.ClientSession) -> None:
        self._commit = commit
        self._http = http
        self._passing = set[asyncio.Task[None]]()

    async def press(self, request: web.Request) -> web.Response:
        """The body names where it goes."""
        body = await request.read()
        to = json.loads(body)["to"]
        self._commit(body.decode())
        task = asyncio.create_task(self._pass_on(to, body))
        self._passing.add(task)
        task.add_done_callback(self._passing.discard)
        return web.Response()

    async def _pass_on(self, to: Sequence[str], body: bytes) -> None:
        for url in to:
            async with self._http.post(url, data=body) as answer:
                await answer.read()


def committing(url: str) -> Callable[[str], None]:
    """Commits one row on a database; on the event loop, which is what costs least."""
    if url.startswith("sqlite:///"):
        file = sqlite3.connect(url.removeprefix("sqlite:///"), isolation_level=None)
        file.execute("PRAGMA journal_mode=WAL")
        file.execute("PRAGMA synchronous=FULL")
        file.execute(_TABLE)
        return lambda body: _none(file.execute("INSERT INTO pressed (body) VALUES (?)", [body]))
    server = psycopg.connect(url, autocommit=True)
    server.execute(_TABLE.replace("INTEGER", "SERIAL"))
    return lambda body: _none(server.execute("INSERT INTO pressed (body) VALUES (%s)", [body]))


def _none(_: Any) -> None:
    return None


async def main(url: str) -> None:
    """Serve until killed; prints the port."""
    async with aiohttp.ClientSession(connector=aiohttp.TCPConnector(limit=0)) as http:
        app = web.Application()
        app.router.add_post("/press", Relay(committing(url), http).press)
        runner = web.AppRunner(app, access_log=None, keepalive_timeout=600)
        await runner.setup()
        await web.TCPSite(runner, "127.0.0.1", 0).start()
        print(json.dumps({"port": runner.addresses[0][1]}), flush=True)
        await asyncio.Event().wait()


if __name__ == "__main__":
    asyncio.run(main(sys.argv[1]))
