"""Starts `placet` within a moment, again and again: forked by a process that has imported everything.

    python -m tests.e2e.fork_server

It is asked in lines of JSON on its standard input, and answers each in a line:
`{"run": [arguments], "folder": …, "environment": {…}, "out": …, "err": …}` → the number of the process;
`{"ended": number}` → how that process ended, as a status of waitpid, or null while it runs.
What it forks is a process like any other: a session of its own that runs the command line's `main`.
But a busy machine has more time (see `tests.patience`): it tries for a minute to reach a database that is
away, and only where its environment says `E2E_HASTY` are people told after two seconds that a press takes
longer.
"""

from __future__ import annotations

import gc
import importlib
import json
import os
import pkgutil
import random
import signal
import sys
import traceback
from contextlib import nullcontext
from typing import Any

from tests.patience import patient, persistent

_WANTED = ("bot", "adapters", "storage")
_LEFT_OUT = ("storage.migrations",)
#: the name in the environment of a process that waits for its database no longer than in production
HASTY = "E2E_HASTY"


def main() -> None:
    """Answer until standard input ends, and take along what still runs then."""
    _import_everything()
    gc.collect()
    gc.freeze()  # what is shared by all is not gone through by each
    running: set[int] = set()
    for line in sys.stdin:
        asked = json.loads(line)
        answer = _begun(asked, running) if "run" in asked else _ended(asked["ended"], running)
        sys.stdout.write(f"{json.dumps(answer)}\n")
        sys.stdout.flush()
    for pid in running:
        os.kill(pid, signal.SIGKILL)


def _import_everything() -> None:
    for package in _WANTED:
        for module in pkgutil.walk_packages(importlib.import_module(package).__path__, f"{package}."):
            if not module.name.startswith(_LEFT_OUT):
                importlib.import_module(module.name)


def _ended(pid: int, running: set[int]) -> int | None:
    ended, status = os.waitpid(pid, os.WNOHANG)
    running -= {ended}
    return status if ended else None


def _begun(asked: dict[str, Any], running: set[int]) -> int:
    pid = os.fork()
    if pid:
        running.add(pid)
        return pid
    status = 1
    try:
        _run(asked)
        status = 0
    except SystemExit as end:
        status = end.code if isinstance(end.code, int) else int(end.code is not None)
    except BaseException:  # noqa: BLE001 - whatever it was, the child must not go on as its parent
        traceback.print_exc()
    finally:
        sys.stdout.flush()
        sys.stderr.flush()
        os._exit(status)


def _run(asked: dict[str, Any]) -> None:
    os.setsid()
    os.chdir(asked["folder"])
    os.dup2(os.open(os.devnull, os.O_RDONLY), 0)
    for name, standard in (("out", 1), ("err", 2)):
        os.dup2(os.open(asked[name], os.O_WRONLY | os.O_CREAT | os.O_APPEND), standard)
    os.environ.clear()
    os.environ.update(asked["environment"])
    random.seed()  # else every process made the same ids
    from bot.cli import main as placet

    sys.argv = ["placet", *asked["run"]]
    with persistent(), nullcontext() if HASTY in os.environ else patient():
        placet()


if __name__ == "__main__":
    main()
