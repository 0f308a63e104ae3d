"""Placet as the benchmark runs it: its own HTTP application on a fresh database, without a worker.

Effects are stored and not carried out, so that the figure is the door's and the database's alone.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import time
from pathlib import Path

from aiohttp import web
from sqlalchemy import Engine, event

from bench.door import PATH, PressDoor
from bench.policy import AGENT, POLICY
from bot.app import App
from bot.collecting import collect_seldom
from bot.policy import parse_policy
from bot.rates import Rate
from bot.settings import Settings

SECRET_KEY = "benchmark-" * 4


async def main(database_url: str, *, slower: float, slack: bool, policy: Path | None) -> None:
    """Serve until killed; prints the port and an API key.

    Each commit takes `slower` seconds longer; with `slack` there is Slack's own route, too. `policy` is a
    file to be used in place of the usual one.
    """
    if slower:
        # Nothing but the writer commits; reads are rolled back.
        event.listen(Engine, "commit", lambda connection: time.sleep(slower))
    settings = Settings(
        database_url=database_url,
        port=1,  # nothing listens on it: the benchmark binds a free one
        public_url="http://127.0.0.1:8080",
        policy=Path("policy.yml"),
        secret_key=(SECRET_KEY,),
        callback_allow_networks=("127.0.0.0/8",),
        # So high that they are counted and never reached.
        rate_per_key=Rate.steady(10**6),
        rate_per_address=Rate.steady(10**6),
    )
    written = policy.read_text() if policy else POLICY
    app = App(settings, parse_policy(written, "bench.yml"))
    await app.start()
    key = await app.keys.create(AGENT)
    http = app.http()
    http.router.add_post(PATH, PressDoor(app).take)
    if slack:
        # Bolt takes most of a second to import.
        from bench.slack_mount import mount_slack

        mount_slack(app, http)
    runner = web.AppRunner(http, access_log=None)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    collect_seldom()
    print(json.dumps({"port": runner.addresses[0][1], "api_key": key.api_key}), flush=True)
    await asyncio.Event().wait()


if __name__ == "__main__":
    _parser = argparse.ArgumentParser()
    _parser.add_argument("database_url")
    _parser.add_argument("--slower", type=float, default=0.0)
    _parser.add_argument("--slack", action="store_true")
    _parser.add_argument("--policy", type=Path)
    asyncio.run(main(**vars(_parser.parse_args())))
