"""From what somebody writes to a period and to values: the same limits wherever numbers are asked for."""

from __future__ import annotations

import unicodedata
from datetime import date

from bot.domain.errors import Invalid
from bot.domain.measures.period import Period

#: ten years
MOST_WEEKS = 520
#: characters of a name of anything
LONGEST = 300


def period_asked(today: date, *, weeks: int | None, first: str | None, last: str | None) -> Period:
    """The period that is asked for: some weeks until today's, or the whole weeks that hold two days.

    Raises `Invalid` that names the field and what to send.
    """
    if first is None and last is None:
        return _weeks(today, 4 if weeks is None else weeks)
    if weeks is not None:
        raise Invalid("weeks is given beside from or until; send one of the two.", field="weeks")
    if first is None:
        raise Invalid("until is given without from; send both, or weeks.", field="from")
    begins, ends = day_asked(first, "from"), today if last is None else day_asked(last, "until")
    if begins > ends:
        raise Invalid("from is after until; exchange them.", field="from")
    period = Period.covering(begins, ends)
    if period.weeks > MOST_WEEKS:
        raise Invalid(f"That is too long; ask for at most {MOST_WEEKS} weeks.", field="from")
    return period


def day_asked(text: str, field: str) -> date:
    """A day as `2026-03-02`; raises `Invalid`."""
    try:
        day = date.fromisoformat(text) if len(text) == 10 else None
    except ValueError:
        day = None
    if day is None or not 2000 <= day.year <= 2999:
        raise Invalid(f"{field} is not a day; send it as 2026-03-02.", field=field)
    return day


def value_asked(text: str, field: str) -> str:
    """A value of a dimension; raises `Invalid` for what can be none."""
    if not text or len(text) > LONGEST or any(unicodedata.category(letter)[0] == "C" for letter in text):
        raise Invalid(
            f"{field} names nothing that can be measured; send it as a report gives it.", field=field
        )
    return text


def _weeks(today: date, weeks: int) -> Period:
    if not 1 <= weeks <= MOST_WEEKS:
        raise Invalid(f"weeks is not from 1 to {MOST_WEEKS}; send such a number.", field="weeks")
    return Period.last(weeks, today)
