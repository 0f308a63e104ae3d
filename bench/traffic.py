"""What is sent over HTTP to be measured, and what a load that was sent comes to as readings."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator, Sequence
from typing import Any

from bench.door import PATH, press
from bench.load import Load, post, run_load
from bench.placet_server import SECRET_KEY
from bench.policy import body
from bench.reading import Reading, Unit
from bench.run import Run
from bench.servers import Server
from bot.secrets import SecretBox

CONNECTIONS = 64
#: by what is measured: an action that waits for people, and one that a rule lets run
ACTIONS = {"intake": "refund.issue", "automatic": "credit.issue"}


def request_count(run: Run) -> int:
    """How many of a kind are sent in a round."""
    return run.pick(6_000, 120)


def load_of(run: Run, server: Server, requests: Iterator[bytes]) -> Load:
    """Send requests, which are made beforehand, over all connections."""
    made = iter(list(requests))
    warm_up = run.pick(500, 20)
    load = run_load(server.port, made, connections=CONNECTIONS, server_pid=server.pid, warm_up=warm_up)
    return asyncio.run(load)


def echoed(run: Run, echo: Server) -> Load:
    """The load that a bare JSON echo takes: the base of whatever comes over HTTP."""
    return load_of(run, echo, (post("/echo", body(number)) for number in range(request_count(run))))


def submissions(run: Run, server: Server, kind: str, count: int | None = None) -> Iterator[bytes]:
    """Submissions of a kind of `ACTIONS`; none of them is a replay within one server."""
    action = ACTIONS[kind]
    for index in range(count or request_count(run)):
        key = f"{run.round}-{action}-{index}"
        headers = f"Authorization: Bearer {server.api_key}\r\nIdempotency-Key: {key}\r\n"
        yield post("/v1/approvals", body(index, action), headers)


def presses(ids: Sequence[str], path: str = PATH, *, first: int = 0) -> Iterator[bytes]:
    """One press on Approve for each request, numbered from `first` on; a number again is a replay."""
    box = SecretBox([SECRET_KEY])
    return (press(box, request_id, number, path) for number, request_id in enumerate(ids, first))


async def pending(server: Server) -> list[str]:
    """The ids of everything that is pending."""
    import aiohttp

    headers = {"Authorization": f"Bearer {server.api_key}"}
    async with aiohttp.ClientSession(f"http://127.0.0.1:{server.port}", headers=headers) as session:
        ids: list[str] = []
        address: str | None = "/v1/approvals?status=pending&limit=100"
        while address:
            async with session.get(address) as answer:
                page: dict[str, Any] = await answer.json()
            ids += [item["id"] for item in page["approvals"]]
            following = page.get("next")
            address = following and following.removeprefix("http://127.0.0.1:8080")
    return ids


def readings(name: str, load: Load) -> Iterator[Reading]:
    """What a load came to: requests a second, time to the answer, CPU of the server for one."""
    yield Reading(name=f"{name}/rate", value=load.rate, unit=Unit.PER_SECOND)
    yield Reading(name=f"{name}/p50", value=load.p50 * 1000, unit=Unit.MILLISECONDS)
    yield Reading(name=f"{name}/p99", value=load.p99 * 1000, unit=Unit.MILLISECONDS)
    yield Reading(name=f"{name}/cpu", value=load.cpu, unit=Unit.MICROSECONDS)
    yield Reading(name=f"{name}/loop cpu", value=load.loop_cpu, unit=Unit.MICROSECONDS)


def beside(name: str, load: Load, base: Sequence[Reading], floor: float | None = None) -> Iterator[Reading]:
    """Rate and CPU as shares of the echo's; a time to answer stands for itself."""
    for reading in readings(name, load):
        echo = next(each for each in base if each.name.endswith(reading.name.rpartition("/")[2]))
        if reading.unit is Unit.PER_SECOND:
            yield reading.beside(echo, floor=floor)
        elif reading.name.endswith("/cpu"):
            yield reading.beside(echo)
        else:
            yield reading
