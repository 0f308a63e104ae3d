"""What Placet takes when nothing happens: start, memory, CPU, disk; empty and among a million pending."""

from __future__ import annotations

import re
import subprocess
import sys
import time
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from importlib.metadata import PackageNotFoundError, distribution
from pathlib import Path

from bench.figure import figure
from bench.processes import children, cpu_seconds, resident_bytes
from bench.reading import Reading, Unit
from bench.run import Run
from bench.scale.installation import Installation, installed
from bench.scale.stock import stock
from storage.stamps import to_stamp

#: the most: seconds until ready and until `--help` is there, share of a core, bytes above an empty server
READY, HELP, IDLE, ABOVE = 3.0, 0.5, 0.01, 50e6
_ROOT = Path(__file__).parents[2]


@figure("footprint", once=True)
def footprint(run: Run) -> Iterator[Reading]:
    """Time to start, memory, CPU at rest, size on disk, and what a million pending requests add."""
    yield Reading(name="help/time", value=_help(run.pick(5, 1)), unit=Unit.SECONDS, bound=HELP)
    yield Reading(name="installed/size", value=_installed() / 1e6, unit=Unit.MEGABYTES)
    for engine in run.engines:
        with run.database(engine) as url, installed(url) as installation:
            template = installation.template()
            empty = _rest(run, installation, f"{engine}/empty", most=None)
            yield from empty
            later = to_stamp(datetime.now(UTC) + timedelta(days=1))
            for _ in stock(url, template, range(run.pick(1_000_000, 5_000)), due_at=later):
                pass
            held = next(reading.value for reading in empty if reading.name.endswith("memory"))
            yield from _rest(run, installation, f"{engine}/million", most=held + ABOVE / 1e6)


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


def _installed() -> int:
    """Bytes of Placet and of every package that it is installed with, compiled files not included."""
    lines = (_ROOT / "requirements" / "runtime.txt").read_text().splitlines()
    names = [re.split(r"\[|==", line)[0] for line in lines if re.match(r"[a-z0-9].*==", line)]
    own = [
        path
        for package in ("bot", "storage", "adapters")
        for path in (_ROOT / package).rglob("*")
        if path.is_file() and path.suffix != ".pyc"
    ]
    return sum(path.stat().st_size for path in own) + sum(map(_size, names))


def _size(name: str) -> int:
    try:
        package = distribution(name)
    except PackageNotFoundError:
        return 0  # it is for other systems
    files = [Path(str(package.locate_file(file))) for file in package.files or ()]
    return sum(file.stat().st_size for file in files if file.suffix != ".pyc" and file.is_file())
