"""The line in front of the writer: many put something in, one takes out what has come together."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable
from enum import Enum, auto
from queue import SimpleQueue
from typing import Generic, TypeVar

T = TypeVar("T")


class _Sign(Enum):
    """What is in the line beside what waits."""

    #: something went to the front, and perhaps was taken since
    AT_THE_FRONT = auto()
    END = auto()


class Line(Generic[T]):
    """First come, first served, but for what goes to the front."""

    def __init__(self) -> None:
        self._queue: SimpleQueue[T | _Sign] = SimpleQueue()
        self._front: deque[T] = deque()

    def __len__(self) -> int:
        """How many wait."""
        return self._queue.qsize()

    def add(self, item: T) -> None:
        """Put something behind everything else."""
        self._queue.put(item)

    def add_to_the_front(self, item: T) -> None:
        """Put something before all that came earlier and has not been taken."""
        self._front.append(item)
        self._queue.put(_Sign.AT_THE_FRONT)

    def end(self) -> None:
        """Nothing comes after this."""
        self._queue.put(_Sign.END)

    def together(self, most: Callable[[], int]) -> list[T]:
        """What came together, once there is anything; empty at the end. `most` is asked only then."""
        taken: list[T] = []
        limit: int | None = None
        while True:
            item = self._queue.get()
            limit = most() if limit is None else limit
            while self._front:
                taken.append(self._front.popleft())
            if item is _Sign.END:
                if taken:
                    self._queue.put(item)
                return taken
            if not isinstance(item, _Sign):
                taken.append(item)
            if taken and (len(taken) >= limit or self._queue.empty()):
                return taken
