"""Days that are past their time become part of the row that holds everything before."""

from __future__ import annotations

from sqlalchemy import Connection, delete, select

from storage.context import Batch
from storage.history_counting import add_counts
from storage.history_tables import HistoryCountRow
from storage.history_tally import DAY, EVER, MONTH, Counts, Tally

_count = HistoryCountRow.__table__  # type: ignore[attr-defined]  # SQLModel adds it at class creation
_numbers = [_count.c[name] for name in Counts._fields]


def fold_days(connection: Connection, batch: Batch, at_once: int) -> int:
    """Fold rows of the oldest day that no rule reads singly any more; how many, 0 when there is none.

    Takes `at_once` rows, and whatever else there is of the last one's key.
    """
    past = (_count.c.day > EVER, _count.c.day <= batch.stamp // DAY - MONTH)
    day = connection.execute(select(_count.c.day).where(*past).order_by(_count.c.day).limit(1)).scalar()
    if day is None:
        return 0
    keys = select(_count.c.key).where(_count.c.day == day).order_by(_count.c.key)
    last = connection.execute(keys.offset(at_once - 1).limit(1)).scalar()
    taken = (_count.c.day == day,) if last is None else (_count.c.day == day, _count.c.key <= last)
    columns = (_count.c.key, _count.c.action, _count.c.currency, *_numbers)
    tally, rows = Tally(EVER), connection.execute(delete(_count).where(*taken).returning(*columns)).all()
    for key, action, currency, *numbers in rows:
        tally.add(key, (action, EVER, currency), Counts(*numbers))
    add_counts(connection, tally.rows(shard=0))
    return len(rows)
