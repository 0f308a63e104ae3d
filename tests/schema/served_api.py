"""The product as it is served, in a thread of its own, so that a client that blocks can talk to it."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager
from dataclasses import dataclass
from pathlib import Path

from adapters.agents.serving import listening
from bot.app import App
from bot.policy import parse_policy
from bot.settings import Settings

#: rules end half of what is asked at once, so that there is something to redeem and to report on
POLICY = """
owner: ann
defaults: {escalation_policy: support}
people:
  ann: {name: Ann}
  cat: {name: Cat}
groups:
  support: {members: [ann]}
agents:
  support-bot: {owner: cat, actions: ["*"], open_requests: 1000000}
actions:
  refund.issue:
    owner: ann
    effect: write
    reversible: true
    amount: arguments.amount
    currency: arguments.currency
    summary: "Refund {amount} {currency} for order {order}"
    valid_for: 1h
  order.read: {owner: ann, effect: read, reversible: true, summary: "Read an order"}
rules:
  - name: routine
    owner: ann
    why: Refunds are routine
    match: "refund.*"
    when: 'impact.currency == "EUR" && impact.amount < 500.0'
    then: auto
  - {name: never, owner: ann, why: Nobody deletes, match: "*.delete", when: 'true', then: refuse}
escalation_policies:
  support:
    quorum: {approve: 1, reject: 1, from: [support]}
    steps: [{to: ["web:support"], wait: 15m}]
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class ServedApi:
    """Where it listens, and a key of support-bot's."""

    url: str
    key: str


@contextmanager
def served_api(folder: Path, database_url: str) -> Iterator[ServedApi]:
    """The whole application on a free port of 127.0.0.1, without limits on how often it is asked."""
    ready, stop = threading.Event(), threading.Event()
    told: list[ServedApi] = []
    died: list[BaseException] = []

    async def serve() -> None:
        async with _listening(folder, database_url) as api:
            told.append(api)
            ready.set()
            while not stop.is_set():
                await asyncio.sleep(0.05)

    def run() -> None:
        try:
            asyncio.run(serve())
        except BaseException as error:  # noqa: BLE001 -- a thread hands on whatever ended it
            died.append(error)
        finally:
            ready.set()

    thread = threading.Thread(target=run, name="served-api")
    thread.start()
    try:
        ready.wait(60)
        if not died:
            yield told[0]
    finally:
        stop.set()
        thread.join(60)
    if died:
        raise died[0]


@asynccontextmanager
async def _listening(folder: Path, database_url: str) -> AsyncIterator[ServedApi]:
    (folder / "policy.yml").write_text(POLICY)
    settings = Settings.model_validate(
        {
            "database_url": database_url,
            "policy": folder / "policy.yml",
            "secret_key": ("schema-" * 8,),
            "rate_per_key": None,
            "rate_per_address": None,
        }
    )
    app = App(settings, parse_policy(POLICY))
    await app.start()
    try:
        await app.book.refresh()
        key = await app.keys.create("support-bot")
        async with listening(app.http(), "127.0.0.1", 0) as site:
            yield ServedApi(url=f"http://127.0.0.1:{site.port}", key=key.api_key)
    finally:
        await app.close()
