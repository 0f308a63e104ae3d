"""One thing to look at."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import TypeAlias

from bot.doctor.verdict import Finding

#: seconds that a look may take; what takes longer does not work either
LIMIT = timedelta(seconds=10)

#: what a check comes to: one finding, or one for each thing that it looked at
Found: TypeAlias = Finding | Sequence[Finding]
Look: TypeAlias = Callable[[], Awaitable[Found]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Check:
    """A look with a name; whatever it raises is a finding too."""

    #: the part and the check in it, such as `slack.token`
    name: str
    look: Look
    #: the names of checks without which this one cannot be made
    needs: tuple[str, ...] = ()
    #: how long it may take, without waiting for what it needs
    limit: timedelta = LIMIT

    @property
    def part(self) -> str:
        """What `--only` names: `slack` of `slack.token`."""
        return self.name.partition(".")[0]
