"""How long requests are kept with everything in them, once they are over."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import timedelta


@dataclass(frozen=True, slots=True, kw_only=True)
class Retention:
    """What the policy says of it now."""

    #: for actions that say nothing themselves; None keeps them
    default: timedelta | None = None
    #: by the action's name; None keeps it
    actions: Mapping[str, timedelta | None] = field(default_factory=dict)

    def of(self, action: str) -> timedelta | None:
        """How long requests for an action are kept; None for ever."""
        return self.actions.get(action, self.default)

    @property
    def is_for_ever(self) -> bool:
        """Whether nothing is ever erased by itself."""
        return self.default is None and not any(self.actions.values())


#: nothing is erased by itself
FOR_EVER = Retention()
