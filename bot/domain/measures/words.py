"""Numbers as people read them: `61%`, `2 h 10 min`, `1,204`, `26 Oct – 22 Nov 2026`."""

from __future__ import annotations

from datetime import date, timedelta

from bot.domain.measures.period import Period
from bot.domain.measures.query import Dimension
from bot.domain.measures.rate import Rate

#: stands where there is nothing to say
NOTHING = "–"

#: a dimension, one of it and many
NAMES = {
    Dimension.RULE: ("rule", "rules"),
    Dimension.AGENT: ("agent", "agents"),
    Dimension.AGENT_VERSION: ("agent version", "agent versions"),
    Dimension.ACTION: ("action", "actions"),
    Dimension.REVIEWER: ("reviewer", "reviewers"),
    Dimension.CHANNEL: ("channel", "channels"),
    Dimension.WEEK: ("week", "weeks"),
    Dimension.MODE: ("mode", "modes"),
    Dimension.POLICY_VERSION: ("policy version", "policy versions"),
}

#: a unit, its seconds, and those of the unit that is told beside it
_UNITS = (("d", 86_400, "h", 3_600), ("h", 3_600, "min", 60), ("min", 60, "s", 1))
#: seconds beside minutes say nothing from here on
_ROUGH = 120


def number(count: int) -> str:
    """`1,204`."""
    return f"{count:,}"


def counted(count: int, one: str, many: str = "") -> str:
    """`1 request`, `1,204 requests`."""
    return f"{number(count)} {one if count == 1 else many or f'{one}s'}"


def percent(rate: Rate) -> str:
    """`61%`, `1.2%` of little; never 100% or 0% of what is not all or none."""
    if not rate.of:
        return NOTHING
    share = 100 * rate.hits / rate.of
    if rate.hits in (0, rate.of) or 9.95 <= share < 99:
        return f"{share:.0f}%"
    return f"{min(max(share, 0.1), 99.9):.1f}%"


def took(seconds: float | None) -> str:
    """`45 s`, `2 h 10 min`, `3 d 4 h`: its two largest units at most."""
    if seconds is None:
        return NOTHING
    whole = round(seconds)
    if whole >= _ROUGH:
        whole = round(whole / 60) * 60
    for unit, length, smaller, part in _UNITS:
        if whole >= length:
            count, rest = divmod(whole, length)
            beside = f" {rest // part} {smaller}" if rest // part else ""
            return f"{count} {unit}{beside}"
    return f"{whole} s"


def day(moment: date, *, year: bool = False) -> str:
    """`26 Oct`, `26 Oct 2026`."""
    return f"{moment.day} {moment:%b %Y}" if year else f"{moment.day} {moment:%b}"


def spanned(period: Period, today: date) -> str:
    """`26 Oct – 21 Nov 2026`: as far as the period has come."""
    last = max(min(period.until - timedelta(days=1), today), period.from_)
    if last == period.from_:
        return day(last, year=True)
    return f"{day(period.from_, year=period.from_.year != last.year)} – {day(last, year=True)}"
