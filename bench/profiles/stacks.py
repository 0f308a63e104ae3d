"""Stacks as py-spy writes them (`-f raw`): `outermost;…;innermost count`, a line each."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from itertools import takewhile

#: where a stack begins to tell something: whatever stands around the loop and around the thread does not
_AROUND = re.compile(r"\((<frozen runpy>|bench/|asyncio/(runners|base_events|events)\.py|threading\.py)")
_LINE = re.compile(r":\d+\)$")


@dataclass(frozen=True, slots=True, kw_only=True)
class Frame:
    """One function of a stack."""

    function: str
    #: from the folder that Python found it in: `bot/intake.py`, `aiohttp/web_app.py`
    file: str

    @classmethod
    def read(cls, written: str) -> Frame:
        """From `function (file:line)`; the line is left out, so that one function is one frame."""
        function, _, file = _LINE.sub(")", written).rpartition(" (")
        return cls(function=function or written, file=file.rstrip(")"))


@dataclass(frozen=True, slots=True, kw_only=True)
class Stack:
    """Frames from the outermost on, and how often they were seen."""

    frames: tuple[Frame, ...]
    count: int


def read(lines: Iterable[str]) -> list[Stack]:
    """The stacks of a recording, without what stands around all of them; unreadable ones are left out."""
    found = []
    for line in lines:
        written, _, count = line.strip().rpartition(" ")
        if not count.isdigit():
            continue
        frames = [frame for frame in written.split(";") if frame]
        around = sum(1 for _ in takewhile(_AROUND.search, frames))
        if told := frames[around:] or frames[-1:]:
            found.append(Stack(frames=tuple(map(Frame.read, told)), count=int(count)))
    return found
