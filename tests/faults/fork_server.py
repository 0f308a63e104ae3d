"""Starts `placet serve` within a moment, again and again: forked by a process that has imported everything.

    python -m tests.faults.fork_server

A line of JSON on its standard input starts one:
`{"name": …, "folder": …, "settings": {…}, "log": …, "doom": …, "arguments": […]}`.
It answers `began <name> <pid>` and, when that process has ended, `ended <name> <status>`. What it forks is a
process like any other: it runs the command line's own `main`, and dies of SIGKILL without a last word.
"""

from __future__ import annotations

import gc
import importlib
import json
import os
import pkgutil
import random
import select
import signal
import sys
import traceback
from pathlib import Path
from typing import Any

from tests.faults import clocks, points

_LOOK_EVERY_S = 0.005
#: what is imported beforehand, and what of it is not: what nobody needs here takes long
_WANTED = ("bot", "adapters", "storage", "psycopg")
_LEFT_OUT = ("adapters.teams", "storage.migrations", "psycopg.")


def main() -> None:
    """Start one after the other until standard input ends."""
    clocks.ready()
    _import_everything()
    gc.collect()
    gc.freeze()  # what is shared by all is not gone through by each
    running: dict[int, str] = {}
    rest = b""
    while True:
        _look_after(running)
        asked, _, _ = select.select([0], [], [], _LOOK_EVERY_S if running else None)
        if not asked:
            continue
        heard = os.read(0, 65_536)
        if not heard:
            break
        *lines, rest = (rest + heard).split(b"\n")
        for line in lines:
            what = json.loads(line)
            pid = _begun(what)
            running[pid] = what["name"]
            _say(f"began {what['name']} {pid}")
    for pid in running:
        os.kill(pid, signal.SIGKILL)


def _import_everything() -> None:
    for package in _WANTED:
        found = pkgutil.walk_packages(importlib.import_module(package).__path__, f"{package}.")
        for module in found:
            if not module.name.startswith(_LEFT_OUT):
                importlib.import_module(module.name)


def _look_after(running: dict[int, str]) -> None:
    for pid in list(running):
        ended, status = os.waitpid(pid, os.WNOHANG)
        if ended:
            _say(f"ended {running.pop(pid)} {status}")


def _say(line: str) -> None:
    sys.stdout.write(f"{line}\n")
    sys.stdout.flush()


def _begun(asked: dict[str, Any]) -> int:
    pid = os.fork()
    if pid:
        return pid
    status = 1
    try:
        _serve(asked)
    except SystemExit as end:
        status = end.code if isinstance(end.code, int) else 0
    except BaseException:  # noqa: BLE001 - whatever it was, the child must not go on as its parent
        traceback.print_exc()
    finally:
        os._exit(status)


def _serve(asked: dict[str, Any]) -> None:
    os.setsid()
    os.chdir(asked["folder"])
    log = os.open(Path(asked["log"]), os.O_WRONLY | os.O_CREAT | os.O_APPEND)
    nothing = os.open(os.devnull, os.O_RDONLY)
    for mine, standard in ((nothing, 0), (log, 1), (log, 2)):
        os.dup2(mine, standard)
    os.environ.update(asked["settings"])
    random.seed()  # else every process made the same ids
    clocks.follow(Path(asked["clock"]))
    if asked["doom"]:
        points.arm(asked["doom"])
    from bot.cli import main as placet

    sys.argv = ["placet", *asked["arguments"]]
    placet()


if __name__ == "__main__":
    main()
