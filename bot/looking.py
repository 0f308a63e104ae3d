"""How often a process looks for what others may have stored."""

from __future__ import annotations

from datetime import timedelta
from typing import Protocol

#: where nobody tells that other processes commit
OFTEN = timedelta(milliseconds=500)
#: where it is told: what a process that died in between could not tell is found by then
SELDOM = timedelta(seconds=5)


class Noticing(Protocol):
    """A store, as far as it knows of other processes."""

    @property
    def notices_others(self) -> bool:
        """Whether it is told, half a second later at most, that another process has committed something."""


class Hearing(Noticing, Protocol):
    """Likewise, as far as it knows what they have committed."""

    @property
    def hears_others(self) -> bool:
        """Whether it is told at once which requests other processes change; where not, look often."""


def look_every(store: Noticing, otherwise: timedelta = OFTEN) -> timedelta:
    """The longest time between two looks; `otherwise` is it where nobody tells."""
    return SELDOM if store.notices_others else otherwise
