"""What a result was measured on: the machine, the versions, the commit."""

from __future__ import annotations

import os
import platform
import sqlite3
import subprocess
from functools import cache
from importlib.metadata import version
from pathlib import Path

_PACKAGES = ("aiohttp", "msgspec", "psycopg", "pydantic", "slack-bolt", "sqlalchemy", "sqlmodel")
_ROOT = Path(__file__).parents[1]


@cache
def machine() -> dict[str, str]:
    """The processor, how many of it, memory, kernel."""
    return {
        "processor": _field("/proc/cpuinfo", "model name"),
        "cores": str(len(os.sched_getaffinity(0))),
        "memory": f"{os.sysconf('SC_PAGE_SIZE') * os.sysconf('SC_PHYS_PAGES') / 1e9:.0f} GB",
        "system": platform.platform(),
    }


@cache
def versions() -> dict[str, str]:
    """Of Python, of the databases and of the packages that are in every figure."""
    found = {name: version(name) for name in _PACKAGES}
    return {
        "python": platform.python_version(),
        "sqlite": sqlite3.sqlite_version,
        "postgres": _postgres(),
        **found,
    }


@cache
def commit() -> str:
    """The commit that is checked out, marked where files differ from it; empty outside of a repository."""
    try:
        asked = ["git", "-C", str(_ROOT), "describe", "--always", "--abbrev=12", "--dirty=, changed"]
        return subprocess.run(asked, capture_output=True, text=True, check=True).stdout.strip()
    except (OSError, subprocess.CalledProcessError):
        return ""


def _postgres() -> str:
    from tests.postgres import postgres_programs

    asked = [str(postgres_programs() / "postgres"), "--version"]
    told = subprocess.run(asked, capture_output=True, text=True, check=False).stdout
    return told.strip().rpartition(" ")[2]


def _field(path: str, name: str) -> str:
    lines = Path(path).read_text().splitlines()
    return next((line.partition(":")[2].strip() for line in lines if line.startswith(name)), "unknown")
