"""When a receiver asks to be tried again (RFC 9110 §10.2.3)."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime

#: whoever asks for more is tried once a day
LONGEST = timedelta(days=1)

_SECONDS = re.compile(r"[0-9]+")
_MOST_DIGITS = len(str(int(LONGEST.total_seconds())))


def retry_after(header: str | None, now: datetime) -> timedelta | None:
    """How long a `Retry-After` header asks to wait from `now`, one day at most.

    None where it is missing, lies in the past or says nothing that the standard knows.
    """
    text = (header or "").strip()
    wait = _seconds(text) if _SECONDS.fullmatch(text) else _until(text, now)
    return min(wait, LONGEST) if wait is not None and wait > timedelta(0) else None


def _seconds(digits: str) -> timedelta:
    digits = digits.lstrip("0")
    return LONGEST if len(digits) > _MOST_DIGITS else timedelta(seconds=int(digits or "0"))


def _until(date: str, now: datetime) -> timedelta | None:
    try:
        at = parsedate_to_datetime(date)
        # A date of HTTP is in GMT even where its zone is missing or reads -0000.
        return (at if at.tzinfo else at.replace(tzinfo=UTC)) - now
    except (ValueError, OverflowError):
        return None
