"""Reading counts: what was stored under keys, and what a request's history comes to by it."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from datetime import datetime
from typing import Any, NamedTuple

from sqlalchemy import BigInteger, Connection, Integer, case, func, select
from sqlalchemy import cast as sql_cast

from bot.domain.history import History, HistoryScope
from storage.among import Lookup
from storage.history_amounts import from_units
from storage.history_keys import action_part, agent_action_key, agent_key, subject_key
from storage.history_tables import HistoryCountRow
from storage.history_tally import DAY, MONTH, Counts, Tally
from storage.prepared import Later, given
from storage.stamps import to_stamp

#: instead of days: all that was before, the last thirty days, and today
BEFORE, LATELY, TODAY = 0, 1, 2

_count = HistoryCountRow.__table__  # type: ignore[attr-defined]  # SQLModel adds it at class creation
_today = given("today", Integer())
_period = case((_count.c.day == _today, TODAY), (_count.c.day > _today - MONTH, LATELY), else_=BEFORE)
_numbers = (
    *(func.sum(_count.c[name]) for name in ("submitted", "automatic", "approved", "rejected")),
    sql_cast(func.sum(_count.c.amount), BigInteger),
)
_stored = Lookup(
    lambda among: (
        select(_count.c.key, _count.c.action, _count.c.currency, _period.label("period"), *_numbers)
        .where(among(_count.c.key))
        .group_by(_count.c.key, _count.c.action, _count.c.currency, "period")
    )
)


class _Source(NamedTuple):
    """Where a value of history comes from."""

    #: None for a request that has no such key
    key: Callable[[HistoryScope], str | None]
    #: which of the counts
    number: str
    since: int
    #: only those of the request's own action
    of_action: bool = False
    #: only those in the request's own currency
    of_currency: bool = False


def _agent(scope: HistoryScope) -> str:
    return agent_key(scope.agent)


def _agent_action(scope: HistoryScope) -> str:
    return agent_action_key(scope.agent, scope.action)


def _subject(scope: HistoryScope) -> str | None:
    return None if scope.subject is None else subject_key(scope.subject)


_SOURCES = {
    "agent_action_count": _Source(_agent_action, "submitted", BEFORE),
    "agent_action_30d": _Source(_agent_action, "submitted", LATELY),
    "agent_action_today": _Source(_agent_action, "submitted", TODAY),
    "agent_action_automatic_today": _Source(_agent_action, "automatic", TODAY),
    "agent_action_approved_30d": _Source(_agent_action, "approved", LATELY),
    "agent_action_rejected_30d": _Source(_agent_action, "rejected", LATELY),
    "automatic_today": _Source(_agent, "automatic", TODAY),
    "automatic_amount_today": _Source(_agent, "amount", TODAY, of_currency=True),
    "same_subject_30d": _Source(_subject, "submitted", LATELY),
    "subject_action_count": _Source(_subject, "submitted", BEFORE, of_action=True),
    "subject_action_30d": _Source(_subject, "submitted", LATELY, of_action=True),
    "subject_automatic_30d": _Source(_subject, "automatic", LATELY),
    "subject_automatic_amount_30d": _Source(_subject, "amount", LATELY, of_currency=True),
    "approved_before": _Source(_subject, "approved", BEFORE),
    "rejected_before": _Source(_subject, "rejected", BEFORE),
}


def keys_for(scope: HistoryScope, names: Iterable[str]) -> set[str]:
    """The keys under which these values are counted."""
    keys = {_SOURCES[name].key(scope) for name in names}
    return {key for key in keys if key is not None}


def ask_stored(connection: Connection, keys: Iterable[str], stamp: int) -> Later[Tally]:
    """What is stored under keys, by period as of `stamp` (microseconds); what is added to it counts today."""
    rows = _stored.ask(connection, keys, today=stamp // DAY)
    return lambda: _counted(rows())


def _counted(rows: Iterable[Any]) -> Tally:
    tally = Tally(TODAY)
    for key, action, currency, period, *numbers in rows:
        tally.add(key, (action, period, currency), Counts(*numbers))
    return tally


def period_of(at: datetime, stamp: int) -> int:
    """The period of a time, on the day of `stamp` (microseconds)."""
    ago = stamp // DAY - to_stamp(at) // DAY
    return TODAY if ago <= 0 else LATELY if ago < MONTH else BEFORE


def history_of(scope: HistoryScope, names: Iterable[str], tally: Tally) -> History:
    """The values of these names, by counts that were read by period."""
    values = {}
    for name in names:
        source = _SOURCES[name]
        key = source.key(scope)
        if key is None or (source.of_currency and scope.currency is None):
            continue
        units = _sum(source, scope, tally.cells.get(key, {}).items())
        values[name] = from_units(units) if source.number == "amount" else units
    return History(**values)  # type: ignore[arg-type]  # only amounts are decimals


def _sum(source: _Source, scope: HistoryScope, cells: Iterable[tuple[tuple[str, int, str], Counts]]) -> int:
    action = action_part(scope.action) if source.of_action else None
    currency = scope.currency if source.of_currency else None
    return sum(
        getattr(counts, source.number)
        for (of_action, period, in_currency), counts in cells
        if period >= source.since
        and (action is None or of_action == action)
        and (currency is None or in_currency == currency)
    )
