"""What Placet takes when nothing happens: start, memory, CPU, disk; empty and among a million pending."""

from __future__ import annotations

import subprocess
import sys
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from datetime import UTC, datetime, timedelta

from bench.figure import figure
from bench.image import image_bytes, installed_bytes
from bench.processes import children, cpu_seconds, resident_bytes
from bench.reading import Reading, Unit
from bench.run import Run
from bench.scale.installation import Installation, installed
from bench.scale.stock import stock
from storage.stamps import to_stamp

#: the most: seconds until ready and until `--help` is there, share of a core, bytes above an empty server
READY, HELP, IDLE, ABOVE = 3.0, 0.5, 0.01, 50e6
#: the most, in megabytes: of what is installed, and of what the image has beside Python and its system
INSTALLED, IMAGE = 125.0, 180.0
#: seconds that a request waits: longer than everything here, or there would be nothing pending to copy
WAIT = 3_600


@figure("footprint", once=True)
def footprint(run: Run) -> Iterator[Reading]:
    """Time to start, memory, CPU at rest, size on disk, and what a million pending requests add."""
    yield Reading(name="help/time", value=_help(run.pick(5, 1)), unit=Unit.SECONDS, bound=HELP)
    for name, size, bound in (
        ("installed", installed_bytes(), INSTALLED),
        ("image beyond its base", image_bytes(), IMAGE),
    ):
        yield Reading(name=f"{name}/size", value=size / 1e6, unit=Unit.MEGABYTES, bound=bound)
    # To see that it works, one database is enough.
    engines = run.engines[: run.pick(2, 1)]
    with ExitStack() as stack:
        held: dict[str, float] = {}
        urls = {engine: stack.enter_context(run.database(engine)) for engine in engines}
        installations = {
            engine: stack.enter_context(installed(url, wait=WAIT)) for engine, url in urls.items()
        }
        templates = {engine: each.template() for engine, each in installations.items()}
        for engine, installation in installations.items():
            empty = _rest(run, installation, f"{engine}/empty", most=None)
            yield from empty
            held[engine] = next(reading.value for reading in empty if reading.name.endswith("memory"))
        # Each database takes one core for a minute.
        with ThreadPoolExecutor() as pool:
            list(pool.map(lambda on: _fill(run, urls[on], templates[on]), engines))
        for engine, installation in installations.items():
            yield from _rest(run, installation, f"{engine}/million", most=held[engine] + ABOVE / 1e6)


def _fill(run: Run, url: str, template: str) -> None:
    later = to_stamp(datetime.now(UTC) + timedelta(days=1))
    for _ in stock(url, template, range(run.pick(1_000_000, 5_000)), due_at=later):
        pass


def _rest(run: Run, installation: Installation, name: str, most: float | None) -> list[Reading]:
    """Start it, leave it alone for a while, stop it."""
    ready = installation.start()
    pid = installation.placet.pid
    time.sleep(run.pick(5, 1))
    before, began = sum(cpu_seconds(pid).values()), time.perf_counter()
    time.sleep(run.pick(20, 2))
    idle = (sum(cpu_seconds(pid).values()) - before) / (time.perf_counter() - began)
    memory = sum(resident_bytes(each) for each in (pid, *children(pid))) / 1e6
    installation.placet.terminate()
    return [
        Reading(name=f"{name}/start to ready", value=ready, unit=Unit.SECONDS, bound=READY),
        Reading(name=f"{name}/idle CPU", value=idle, unit=Unit.SHARE, bound=IDLE),
        Reading(name=f"{name}/memory", value=memory, unit=Unit.MEGABYTES, bound=most),
    ]


def _help(times: int) -> float:
    """Seconds until `placet --help` has ended; the least."""
    took = []
    for _ in range(times):
        began = time.perf_counter()
        subprocess.run([sys.executable, "-m", "bot.cli", "--help"], check=True, stdout=subprocess.DEVNULL)
        took.append(time.perf_counter() - began)
    return min(took)
