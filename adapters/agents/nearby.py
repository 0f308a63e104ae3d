"""Which address somebody probably meant who asked for one that does not exist."""

from __future__ import annotations

from difflib import get_close_matches

from adapters.agents.routes import ROUTES
from bot.domain.ids import REQUEST

#: a slip of the pen, a slash too many or a part too few; not another word in the same place
_CLOSE = 0.85
#: no address is nearly as long
_LONGEST = 120


def probably_meant(path: str) -> str | None:
    """The address of the agents' door that is nearly this path; None when none is."""
    if len(path) > _LONGEST:
        return None
    said = "/".join("{id}" if part.startswith(f"{REQUEST}_") else part for part in path.split("/"))
    found = get_close_matches(said, {route.path for route in ROUTES}, n=1, cutoff=_CLOSE)
    return found[0] if found else None
