"""What processes of this machine have used so far: CPU and memory, read from /proc."""

from __future__ import annotations

from pathlib import Path


def cpu_seconds(pid: int) -> dict[int, float]:
    """User and system time of a process so far, by thread; the process's first thread runs the event loop.

    The first figure of `schedstat` is in nanoseconds (docs.kernel.org/scheduler/sched-stats.html).
    """
    threads = Path(f"/proc/{pid}/task").iterdir()
    return {int(thread.name): int((thread / "schedstat").read_text().split()[0]) / 1e9 for thread in threads}


def resident_bytes(pid: int) -> int:
    """Memory that a process holds now, what it shares with others included."""
    status = Path(f"/proc/{pid}/status").read_text()
    kilobytes = next(line.split()[1] for line in status.splitlines() if line.startswith("VmRSS:"))
    return int(kilobytes) * 1024


def children(pid: int) -> list[int]:
    """The processes that a process has started and that still run, theirs not included."""
    found: list[int] = []
    for task in Path(f"/proc/{pid}/task").iterdir():
        found += [int(child) for child in (task / "children").read_text().split()]
    return found
