"""Making checks in a test, and reading what they came to."""

from collections.abc import Iterable

from bot.doctor.check import Check, Found
from bot.doctor.running import examine
from bot.doctor.verdict import Colour, Finding, Verdict

GREEN, YELLOW, RED, SKIPPED = Colour.GREEN, Colour.YELLOW, Colour.RED, Colour.SKIPPED


async def examined(checks: Iterable[Check], *only: str) -> list[Verdict]:
    """Every verdict."""
    return [verdict async for verdict in examine(checks, only)]


def findings(found: Found) -> list[Finding]:
    """One finding or several, as several."""
    return [found] if isinstance(found, Finding) else list(found)


def colours(found: Found) -> list[Colour]:
    """The colours of what was found."""
    return [each.colour for each in findings(found)]


def one(found: Found) -> Finding:
    """The only finding."""
    (finding,) = findings(found)
    return finding
