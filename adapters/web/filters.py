"""Filters of the dashboard: read from an address, and written into the addresses of its links."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from urllib.parse import urlencode

from multidict import MultiMapping

from bot.domain import ids
from bot.domain.errors import Invalid
from bot.domain.measures.asking import period_asked, value_asked
from bot.domain.measures.period import WEEK, Period
from bot.domain.measures.query import Behind, Dimension
from bot.domain.status import ReasonCode
from bot.insights import Asked

#: what the menu of periods offers
OFFERED_WEEKS = (1, 4, 13, 26, 52)
USUAL_WEEKS = 13
HOME = "/measures"
LIST = "/measures/requests"

_DIMENSIONS = {each.value: each for each in Dimension}
_NUMBERS = {each.value: each for each in Behind}
_REASONS = {each.value: each for each in ReasonCode}


@dataclass(frozen=True, slots=True, kw_only=True)
class Filters:
    """Which requests the numbers are of."""

    period: Period
    #: as the period was asked for; None where two days were named
    weeks: int | None
    where: Mapping[Dimension, str] = field(default_factory=dict)

    def asked(self, by: Dimension | None = None, *, weekly: bool = False) -> Asked:
        """The question that these are the filters of."""
        return Asked(period=self.period, by=by, weekly=weekly, where=self.where)

    def with_(self, dimension: Dimension, value: str) -> Filters:
        """The same for one value alone."""
        return replace(self, where={**self.where, dimension: value})

    def without(self, dimension: Dimension) -> Filters:
        """The same for every value of a dimension."""
        return replace(self, where={name: value for name, value in self.where.items() if name != dimension})

    def address(self, path: str = HOME, **more: str) -> str:
        """The address of a page under these filters."""
        return f"{path}?{urlencode([*self._query(), *more.items()])}"

    def list_of(self, behind: Behind, **more: str) -> str:
        """The address of the requests behind a number."""
        return self.address(LIST, behind=behind.value, **more)

    def in_week(self, monday: date) -> Filters:
        """The same in one week alone."""
        return replace(self, period=Period.covering(monday, monday), weeks=None)

    @property
    def last_week(self) -> str:
        """The Monday of the last week, as addresses have it."""
        return (self.period.until - WEEK).isoformat()

    def _query(self) -> Iterator[tuple[str, str]]:
        if self.weeks is not None:
            yield "weeks", str(self.weeks)
        else:
            yield "from", self.period.from_.isoformat()
            yield "until", self.last_week
        yield from ((dimension.value, value) for dimension, value in self.where.items())


def filters_in(query: MultiMapping[str], today: date) -> Filters:
    """The filters of an address; raises `Invalid` with what is wrong with it."""
    first, last = query.get("from") or None, query.get("until") or None
    chosen = query.get("weeks") or ("" if first or last else str(USUAL_WEEKS))
    weeks = _number(chosen)
    if weeks is not None:
        # What the menu says now is meant, whatever the page showed before.
        first = last = None
    period = period_asked(today, weeks=weeks, first=first, last=last)
    given = {each: query[each.value] for each in Dimension if query.get(each.value)}
    where = {dimension: value_asked(value, dimension.value) for dimension, value in given.items()}
    return Filters(period=period, weeks=weeks, where=where)


def dimension_in(name: str) -> Dimension | None:
    """The dimension that a page is named for, None for none of them."""
    return _DIMENSIONS.get(name)


def behind_in(query: MultiMapping[str]) -> Behind:
    """Behind which number the requests are asked for."""
    found = _NUMBERS.get(query.get("behind", Behind.SUBMITTED.value))
    if found is None:
        raise Invalid("There is no such number; go back and choose another one.", field="behind")
    return found


def reason_in(query: MultiMapping[str]) -> ReasonCode | None:
    """For which reason the requests were rejected, None for any."""
    name = query.get("reason")
    if name and name not in _REASONS:
        raise Invalid("There is no such reason; go back and choose another one.", field="reason")
    return _REASONS[name] if name else None


def before_in(query: MultiMapping[str]) -> str | None:
    """After which request a page of the list begins."""
    before = query.get("before") or None
    if before is not None and not ids.is_id(before, ids.REQUEST):
        raise Invalid("This page of the list is not there; go back to its beginning.", field="before")
    return before


def _number(text: str) -> int | None:
    if not text:
        return None
    return int(text) if len(text) <= 4 and text.isascii() and text.isdigit() else 0
