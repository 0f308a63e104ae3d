"""The server that listens: what it takes from anybody before any door looks at it."""

import gzip

import aiohttp
from aiohttp import web

from adapters.agents.serving import listening


async def _counted(request: web.Request) -> web.Response:
    return web.Response(text=str(len(await request.read())))


async def test_nothing_is_unpacked_whatever_a_door_forgets_to_refuse() -> None:
    app = web.Application()
    app.router.add_post("/", _counted)
    packed = gzip.compress(b" " * 100_000)
    async with (
        listening(app, "127.0.0.1", 0) as site,
        aiohttp.ClientSession(site.name) as session,
        session.post("/", data=packed, headers={"Content-Encoding": "gzip"}) as answer,
    ):
        assert await answer.text() == str(len(packed))
