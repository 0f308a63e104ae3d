"""`make bench`: what Placet does in a second, as a share of a bare aiohttp JSON echo in the same run.

The runs are interleaved (echo, SQLite, PostgreSQL, echo, …) so that a machine whose speed drifts
drifts for all of them, and every ratio is taken within one round.
"""

from __future__ import annotations

import asyncio
import json
import statistics
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from rich.console import Console
from rich.progress import Progress
from rich.table import Table

from bench.door import press
from bench.load import Load, post, run
from bench.placet_server import SECRET_KEY
from bench.policy import body
from bot.secrets import SecretBox
from tests.postgres import postgres

ROUNDS = 3
CONNECTIONS = 64
REQUESTS = 6_000
WARM_UP = 500

#: characters of the table, also where it goes into a file
_WIDTH = 110

#: floors, as shares of the echo in the same run
FLOORS = {
    ("intake", "sqlite"): 0.65,
    ("intake", "postgres"): 0.35,
    ("press", "sqlite"): 0.55,
    ("press", "postgres"): 0.28,
}
#: floor of what a rule decides, with history read, as a share of intake of what no rule is for
AUTOMATIC_FLOOR = 0.80
ACTIONS = {"intake": "refund.issue", "automatic": "credit.issue"}


@dataclass(frozen=True, slots=True)
class Server:
    """A server process under load."""

    port: int
    pid: int
    api_key: str = ""


def main() -> int:
    """Run everything, print the table; 1 when a floor does not hold."""
    results: dict[tuple[str, str], list[Load]] = {}
    with Progress(transient=True) as progress:
        task = progress.add_task("rounds", total=ROUNDS)
        for number in range(ROUNDS):
            _round(number, results)
            progress.advance(task)
    return _report(results)


def _round(number: int, results: dict[tuple[str, str], list[Load]]) -> None:
    with ExitStack() as stack:
        echo = stack.enter_context(_server("bench.echo_server"))
        _note(results, ("echo", "-"), asyncio.run(_load(echo, _echoes())))
        for engine in ("sqlite", "postgres") if number % 2 else ("postgres", "sqlite"):
            server = stack.enter_context(
                _server("bench.placet_server", stack.enter_context(_database(engine)))
            )
            for figure in ("intake", "automatic") if number % 2 else ("automatic", "intake"):
                load = _load(server, _submissions(server, number, ACTIONS[figure]))
                _note(results, (figure, engine), asyncio.run(load))
            ids = asyncio.run(_pending(server))
            _note(results, ("press", engine), asyncio.run(_load(server, _presses(ids))))


def _note(results: dict[tuple[str, str], list[Load]], name: tuple[str, str], load: Load) -> None:
    results.setdefault(name, []).append(load)


async def _load(server: Server, requests: Iterator[bytes]) -> Load:
    made = iter(list(requests))
    return await run(server.port, made, connections=CONNECTIONS, server_pid=server.pid, warm_up=WARM_UP)


def _echoes() -> Iterator[bytes]:
    return (post("/echo", body(number)) for number in range(REQUESTS))


def _submissions(server: Server, number: int, action: str) -> Iterator[bytes]:
    for index in range(REQUESTS):
        key = f"{number}-{action}-{index}"
        headers = f"Authorization: Bearer {server.api_key}\r\nIdempotency-Key: {key}\r\n"
        yield post("/v1/approvals", body(index, action), headers)


def _presses(ids: list[str]) -> Iterator[bytes]:
    box = SecretBox([SECRET_KEY])
    return (press(box, request_id, number) for number, request_id in enumerate(ids))


async def _pending(server: Server) -> list[str]:
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


@contextmanager
def _server(module: str, *arguments: str) -> Iterator[Server]:
    process = subprocess.Popen([sys.executable, "-m", module, *arguments], stdout=subprocess.PIPE, text=True)
    try:
        assert process.stdout is not None
        told = json.loads(process.stdout.readline())
        yield Server(told["port"], process.pid, told.get("api_key", ""))
    finally:
        process.kill()
        process.wait()


@contextmanager
def _database(engine: str) -> Iterator[str]:
    if engine == "sqlite":
        with tempfile.TemporaryDirectory() as folder:
            yield str(Path(folder) / "bench.db")
        return
    with postgres("bench", durable=True) as server:
        url = server.create("bench")
        try:
            yield url
        finally:
            server.drop("bench")


def _report(results: dict[tuple[str, str], list[Load]]) -> int:
    table = Table(title=f"{CONNECTIONS} connections, {ROUNDS} rounds of {REQUESTS} requests, medians")
    for column in ("figure", "database", "per second", "of the echo", "floor", "p50 ms", "p99 ms"):
        table.add_column(column, justify="left" if column in {"figure", "database"} else "right")
    for column in ("CPU µs", "of it loop", "of echo's", "of intake"):
        table.add_column(column, justify="right")
    echoes = results["echo", "-"]
    missed = 0
    for (figure, engine), loads in results.items():
        share = statistics.median(load.rate / echo.rate for load, echo in zip(loads, echoes, strict=True))
        cpu = statistics.median(load.cpu / echo.cpu for load, echo in zip(loads, echoes, strict=True))
        floor = FLOORS.get((figure, engine))
        missed += floor is not None and share < floor
        table.add_row(
            figure,
            engine,
            f"{statistics.median(load.rate for load in loads):,.0f}",
            f"{share:.0%}",
            f"{floor:.0%}" if floor else "",
            f"{statistics.median(load.p50 for load in loads) * 1000:.1f}",
            f"{statistics.median(load.p99 for load in loads) * 1000:.1f}",
            f"{statistics.median(load.cpu for load in loads):.0f}",
            f"{statistics.median(load.loop_cpu for load in loads):.0f}",
            f"{cpu:.2f}",
            *_of_intake(results, figure, engine),
        )
    missed += sum(_automatic(results, engine) < AUTOMATIC_FLOOR for engine in ("sqlite", "postgres"))
    console = Console(width=max(_WIDTH, Console().width))
    console.print(table)
    if missed:
        console.print(f"[red]{missed} of {len(FLOORS) + 2} floors do not hold.[/red]")
    return 1 if missed else 0


def _of_intake(results: dict[tuple[str, str], list[Load]], figure: str, engine: str) -> tuple[str, ...]:
    """What rules cost, beside what the same requests cost without."""
    return (f"{_automatic(results, engine):.0%}",) if figure == "automatic" else ()


def _automatic(results: dict[tuple[str, str], list[Load]], engine: str) -> float:
    pairs = zip(results["automatic", engine], results["intake", engine], strict=True)
    return statistics.median(ruled.rate / plain.rate for ruled, plain in pairs)


if __name__ == "__main__":
    sys.exit(main())
