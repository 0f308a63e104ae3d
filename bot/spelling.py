"""Names that were probably meant, and names in a sentence."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from difflib import get_close_matches


def did_you_mean(said: str, known: Iterable[str]) -> str:
    """` Did you mean "ann"?` when a known name is close, else nothing."""
    near = nearest(said, known)
    return f' Did you mean "{near}"?' if near else ""


def nearest(said: str, known: Iterable[str]) -> str | None:
    """The known name that was probably meant, None when none is close."""
    by_fold = {name.casefold(): name for name in known}
    found = get_close_matches(said.casefold(), by_fold, n=1, cutoff=0.6)
    return by_fold[found[0]] if found else None


def listed(names: Sequence[str], last: str = "and") -> str:
    """`a`, `a and b`, `a, b and c`."""
    return names[0] if len(names) == 1 else f"{', '.join(names[:-1])} {last} {names[-1]}"
