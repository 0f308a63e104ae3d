"""Wait for a condition that another process brings about."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import TypeVar

Found = TypeVar("Found")

#: longer than anything takes that goes well; a batch card alone rests ten seconds between two changes
PATIENCE_S = 45.0
_PAUSE_S = 0.02


def wait_until(
    look: Callable[[], Found], *, why: str | Callable[[], str], timeout_s: float = PATIENCE_S
) -> Found:
    """Call `look` until it returns something true and return that.

    Raises AssertionError with `why` (asked for only then, if it is callable) when nothing true came
    within `timeout_s` seconds.
    """
    give_up_at = time.monotonic() + timeout_s
    while True:
        found = look()
        if found:
            return found
        if time.monotonic() > give_up_at:
            reason = why if isinstance(why, str) else why()
            raise AssertionError(f"waited {timeout_s:g} s in vain: {reason}")
        time.sleep(_PAUSE_S)
