"""Python's garbage collector, set for a process that serves: seldom, and over what is new only."""

from __future__ import annotations

import gc

#: objects made and kept before the youngest are looked at; a batch of commands keeps thousands for a moment
YOUNG = 20_000


def collect_seldom() -> None:
    """Leave out of every later collection what the start made, and look at the rest less often.

    Everything under way at once (requests of 64 connections, a batch in the writer) outlives Python's own 700
    objects: collections find nothing, cost a tenth of an intake, and keep everybody waiting while one goes
    through all modules of the SDKs.
    """
    gc.collect()
    gc.freeze()
    gc.set_threshold(YOUNG, *gc.get_threshold()[1:])
