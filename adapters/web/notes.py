"""Lines said beside a card: reminders, and what agents answer. The last few of each request, in memory.

They are a convenience: what a request came to is on its card, and every line was also stored as an effect.
"""

from __future__ import annotations

from collections import OrderedDict, deque
from dataclasses import dataclass
from datetime import datetime

_MOST_REQUESTS = 500
_MOST_LINES = 3


@dataclass(frozen=True, slots=True, kw_only=True)
class Note:
    """One line, and when it was said."""

    at: datetime
    text: str


class Notes:
    """The latest lines of the latest requests."""

    def __init__(self) -> None:
        self._lines: OrderedDict[str, deque[Note]] = OrderedDict()

    def add(self, request_id: str, note: Note) -> None:
        """Keep a line, once however often it is said; the oldest are forgotten."""
        lines = self._lines.setdefault(request_id, deque(maxlen=_MOST_LINES))
        for again in [line for line in lines if line.text == note.text]:
            lines.remove(again)
        lines.append(note)
        self._lines.move_to_end(request_id)
        while len(self._lines) > _MOST_REQUESTS:
            self._lines.popitem(last=False)

    def of(self, request_id: str) -> tuple[Note, ...]:
        """The lines of a request, oldest first."""
        return tuple(self._lines.get(request_id, ()))
