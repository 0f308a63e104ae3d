"""What was used lately: a mapping that forgets, so that no process grows with what it has ever met."""

from __future__ import annotations

from typing import Generic, TypeVar

K = TypeVar("K")
V = TypeVar("V")


class Recent(Generic[K, V]):
    """Keeps what was used among the last `most` other keys, and never more than twice as many.

    Several threads may share one: every step is a single operation on a dictionary, and whoever loses a
    race finds less than it could have.
    """

    def __init__(self, most: int) -> None:
        self._most = most
        self._young: dict[K, V] = {}
        self._old: dict[K, V] = {}

    def __len__(self) -> int:
        return len(self._young) + len(self._old)

    def get(self, key: K) -> V | None:
        """What is kept for a key, None when it was never there or is forgotten."""
        found = self._young.get(key)
        if found is None:
            found = self._old.get(key)
            if found is not None:
                self.put(key, found)
        return found

    def put(self, key: K, value: V) -> None:
        """Keep a value for a key."""
        if len(self._young) >= self._most:
            self._old, self._young = self._young, {}
        self._young[key] = value
