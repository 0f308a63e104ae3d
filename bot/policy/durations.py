"""Durations as people write them: `15m`, `1h30m`, `2d`."""

from __future__ import annotations

import re
from datetime import timedelta

from bot.policy.problems import UnfitError

LONGEST = timedelta(days=366)

_UNITS = {"d": 86_400, "h": 3_600, "m": 60, "s": 1}
_FORM = re.compile(r"(?:([0-9]{1,6})d)?(?:([0-9]{1,6})h)?(?:([0-9]{1,6})m)?(?:([0-9]{1,6})s)?", re.ASCII)
_EXAMPLES = "such as 15m, 1h30m or 2d"


def parse_duration(value: object, longest: timedelta = LONGEST) -> timedelta:
    """The duration that a text means; raises UnfitError with a sentence."""
    if isinstance(value, int) and not isinstance(value, bool):
        raise UnfitError(f'{value} needs a unit, such as "{value}m" for minutes.')
    found = _FORM.fullmatch(value.replace(" ", "")) if isinstance(value, str) else None
    if found is None or not any(found.groups()):
        raise UnfitError(f"{_quoted(value)} is not a duration; write one {_EXAMPLES}.")
    duration = timedelta(
        seconds=sum(
            int(count or 0) * seconds for count, seconds in zip(found.groups(), _UNITS.values(), strict=True)
        )
    )
    if not timedelta(0) < duration <= longest:
        raise UnfitError(f'"{value}" has to be longer than nothing and at most {longest.days} days.')
    return duration


def written(duration: timedelta) -> str:
    """The duration in the form that `parse_duration` reads."""
    left = int(duration.total_seconds())
    parts = []
    for unit, seconds in _UNITS.items():
        count, left = divmod(left, seconds)
        parts.append(f"{count}{unit}" if count else "")
    return "".join(parts) or "0s"


def _quoted(value: object) -> str:
    return f'"{value}"' if isinstance(value, str) else str(value)
