"""The wall clock of a process, which jumps when a file says so; intervals are measured as ever.

Setting a machine's clock needs its owner's rights and would jump for everybody on it. So the two functions
through which Placet and its libraries ask for the time of day answer with a distance to it instead.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

_real: Callable[[], float] = time.time
_file: Path | None = None
_read_at = 0.0
_distance_s = 0.0
_LOOK_EVERY_S = 0.01


def ready() -> None:
    """Take the place of the system's clock; before anything of Placet is imported."""
    import bot.now

    time.time = _now_s
    bot.now.utc_now = utc_now


def follow(file: Path) -> None:
    """Read from here how far the clock is from the true time (seconds)."""
    global _file  # noqa: PLW0603 - one clock for the whole process is the point
    _file = file


def set_distance(file: Path, seconds: float) -> None:
    """Make the clock of the process that follows this file jump."""
    new = file.with_suffix(".new")
    new.write_text(str(seconds))
    new.replace(file)


def utc_now() -> datetime:
    """This moment, by that clock."""
    return datetime.fromtimestamp(_now_s(), UTC)


def _now_s() -> float:
    global _read_at, _distance_s  # noqa: PLW0603 - likewise
    now = _real()
    if _file is not None and abs(now - _read_at) > _LOOK_EVERY_S:
        _read_at = now
        _distance_s = float(_file.read_text()) if _file.exists() else 0.0
    return now + _distance_s
