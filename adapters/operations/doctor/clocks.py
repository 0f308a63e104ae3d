"""What other machines on the network say the time is."""

from __future__ import annotations

import asyncio
from collections.abc import Iterable, Sequence
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from urllib.parse import urlsplit

import aiohttp

from adapters.operations.doctor.site import TIMEOUT
from bot.doctor.drift import judged
from bot.doctor.folding import folded
from bot.doctor.verdict import Finding, skipped
from bot.ports import Clock


async def agree(urls: Iterable[str], clock: Clock) -> Finding | Sequence[Finding]:
    """Compare with the Date of each answer (RFC 9110 §6.6.1), whatever it is an answer to."""
    origins = dict.fromkeys(f"{urlsplit(url).scheme}://{urlsplit(url).netloc}" for url in urls)
    found = [each for each in await asyncio.gather(*(_asked(url, clock) for url in origins)) if each]
    if not found:
        return skipped("No other machine told the time.")
    return folded(found, "This clock and {count} of {total} others on the network agree.")


async def _asked(url: str, clock: Clock) -> Finding | None:
    """None where nobody answers, which other checks tell."""
    begun_at = clock()
    try:
        async with (
            aiohttp.ClientSession(timeout=TIMEOUT) as http,
            http.head(url, allow_redirects=False) as answer,
        ):
            there = _date(answer.headers.get("Date", ""))
    except (aiohttp.ClientError, OSError):
        return None
    if there is None:
        return None
    middle = begun_at + (clock() - begun_at) / 2
    return judged(middle - there, urlsplit(url).netloc)


def _date(text: str) -> datetime | None:
    try:
        found = parsedate_to_datetime(text)
    except ValueError:
        return None
    return found if found.tzinfo else found.replace(tzinfo=UTC)
