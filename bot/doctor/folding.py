"""Many things that are well become one sentence; what is not well stands by itself."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from bot.doctor.verdict import Colour, Finding, green


def folded(findings: Iterable[Finding], well: str) -> Sequence[Finding]:
    """What is not green, behind one finding for all that is; `{count}` of `{total}` stand in its sentence."""
    found = list(findings)
    others = [each for each in found if each.colour is not Colour.GREEN]
    count = len(found) - len(others)
    return [*([green(well.format(count=count, total=len(found)))] if count else []), *others]
