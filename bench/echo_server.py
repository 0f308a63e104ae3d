"""The base of every ratio: bare aiohttp that parses a JSON body and sends it back."""

from __future__ import annotations

import asyncio

from aiohttp import web


async def echo(request: web.Request) -> web.Response:
    """Parse and answer."""
    return web.json_response(await request.json(), status=201)


async def main() -> None:
    """Serve until killed; prints the port."""
    app = web.Application()
    app.router.add_post("/echo", echo)
    runner = web.AppRunner(app, access_log=None)
    await runner.setup()
    site = web.TCPSite(runner, "127.0.0.1", 0)
    await site.start()
    print(f'{{"port": {runner.addresses[0][1]}}}', flush=True)
    await asyncio.Event().wait()


if __name__ == "__main__":
    asyncio.run(main())
