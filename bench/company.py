"""An installation that talks: a policy with many channels, and `placet serve` that runs it for a figure."""

from __future__ import annotations

import asyncio
import tempfile
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from pathlib import Path

from bench.figure import Unmeasured
from bench.placet_server import SECRET_KEY
from tests.e2e.placet_process import PlacetProcess
from tests.fakes.slack_workspace import BOT_TOKEN, SIGNING_SECRET

AGENT = "bench-bot"

_HEAD = """
owner: ann
defaults: {{escalation_policy: browser}}
people:
  ann: {{name: Ann, slack: U01ANN}}
  cat: {{name: Cat}}
agents:
  bench-bot:
    owner: cat
    actions: ["refund.*", "credit.*"]
    callback_hosts: [127.0.0.1]
    open_requests: 1000000
    may_route: [{routes}]
actions:
  refund.issue: {{owner: ann, effect: write, reversible: false, summary: "Refund order {{order}}"}}
  credit.issue: {{owner: ann, effect: write, reversible: true, summary: "Credit order {{order}}"}}
rules:
  - name: small-credits
    owner: ann
    why: Small credits are routine.
    match: "credit.*"
    when: has(action.arguments.amount) && action.arguments.amount != "1000000.00"
    then: auto
"""
_SETTINGS = {
    # So high that they are counted and never reached.
    "PLACET_RATE_PER_KEY": "1000000",
    "PLACET_RATE_PER_ADDRESS": "1000000",
    "PLACET_LOG_LEVEL": "error",
    # One database is filled by one of the bench's servers and then served by another.
    "PLACET_SECRET_KEY": SECRET_KEY,
}


def channel(number: int) -> str:
    """The name of a channel; the fake Slack makes the id C0… of it."""
    return f"bench{number:04d}"


def route(number: int) -> str:
    """The route that an agent names to have a request shown in the channel."""
    return f"to-{channel(number)}"


def policy(channels: int) -> str:
    """Refunds wait for Ann in the channel that their route names, or in the browser; credits are let run."""
    quorum = "quorum: {approve: 1, reject: 1, from: [ann]}"
    numbers = range(channels)
    lines = [_HEAD.format(routes=", ".join(map(route, numbers))), "routes:" if channels else ""]
    lines += [
        f'  - {{name: {route(n)}, match: "refund.*", escalation_policy: {channel(n)}}}' for n in numbers
    ]
    lines += ["escalation_policies:", f'  browser: {{{quorum}, steps: [{{to: ["web:support"], wait: 15m}}]}}']
    lines += [
        f"  {channel(n)}: {{{quorum}, steps: [{{to: ['slack:C0{channel(n).upper()}'], wait: 15m}}]}}"
        for n in numbers
    ]
    return "\n".join(lines)


def asking(number: int, *, action: str = "refund.issue", **more: object) -> dict[str, object]:
    """The body of a submission; no two ask for the same."""
    arguments = {"order": f"{number:06d}", "amount": f"{number % 400 + 1}.00"}
    return {
        "action": {"name": action, "arguments": arguments},
        "reasoning": "The parcel was lost by the carrier, who confirmed it in writing on Monday. " * 6,
        "context": {"issue": "My parcel never came and I want my money back."},
        **more,
    }


@asynccontextmanager
async def serving(
    url: str, *, channels: int = 0, slack_api: str = "", arguments: Sequence[str] = ()
) -> AsyncIterator[tuple[PlacetProcess, dict[str, str]]]:
    """As `working`, with the headers that its agent sends."""
    async with working(url, channels=channels, slack_api=slack_api, arguments=arguments) as placet:
        key = await asyncio.to_thread(placet.create_key, AGENT)
        yield placet, {"Authorization": f"Bearer {key.api_key}"}


@asynccontextmanager
async def working(
    url: str, *, channels: int = 0, slack_api: str = "", arguments: Sequence[str] = ()
) -> AsyncIterator[PlacetProcess]:
    """`placet serve` on a database, with its worker and perhaps with Slack; killed afterwards.

    `arguments` are those after `serve`.
    """
    settings = {**_SETTINGS, "PLACET_DATABASE_URL": url}
    if slack_api:
        settings |= {
            "PLACET_SLACK_BOT_TOKEN": BOT_TOKEN,
            "PLACET_SLACK_SIGNING_SECRET": SIGNING_SECRET,
            "PLACET_SLACK_API_URL": slack_api.rstrip("/"),
        }
    with tempfile.TemporaryDirectory(prefix="placet-bench-") as folder:
        placet = PlacetProcess(Path(folder), policy=policy(channels), settings=settings)
        try:
            # In a thread: it asks Slack when it starts, and Slack is here.
            await asyncio.to_thread(placet.start, *arguments)
            yield placet
        except AssertionError as error:
            raise Unmeasured(str(error)) from error
        finally:
            placet.stop()
