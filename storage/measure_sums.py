"""Sums by week that are otherwise now: what they were, without the old measures, with the new ones."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Sequence
from typing import Any
from zlib import compress, decompress

from sqlalchemy import Connection, select

from bot.domain.measures.lanes import packed, unpacked
from bot.domain.measures.measure import Measure
from bot.domain.measures.tally import Tally, tallies
from storage.measure_slices import Numbering
from storage.measure_tables import MeasureWeekRow

_week = MeasureWeekRow.__table__  # type: ignore[attr-defined]  # SQLModel adds it at class creation

#: Monday and slice
Key = tuple[str, int]


def sums(
    connection: Connection, old: Sequence[Measure], new: Sequence[Measure], numbering: Numbering
) -> list[dict[str, Any]]:
    """The rows of sums that are otherwise once the new measures stand in the place of the old ones."""
    differences = {
        key: difference
        for key, difference in _differences(old, new, numbering).items()
        if difference != Tally()
    }
    stored = _stored(connection, {week for week, _ in differences}, {under for _, under in differences})
    return [_row(key, stored.get(key, Tally()) + differences[key]) for key in sorted(differences)]


def to_tally(counts: bytes, times: bytes) -> Tally:
    """The sums that a row holds."""
    return Tally(unpacked(counts), unpacked(decompress(times)) if times else 0)


def _differences(old: Iterable[Measure], new: Iterable[Measure], numbering: Numbering) -> dict[Key, Tally]:
    differences: defaultdict[Key, Tally] = defaultdict(Tally)
    for measure in new:
        for monday, under, tally in tallies(measure):
            differences[monday.isoformat(), numbering.id_of(under)] += tally
    for measure in old:
        for monday, under, tally in tallies(measure):
            differences[monday.isoformat(), numbering.id_of(under)] -= tally
    return differences


def _stored(connection: Connection, weeks: Collection[str], under: Collection[int]) -> dict[Key, Tally]:
    query = select(_week).where(_week.c.week.in_(weeks), _week.c.slice.in_(under))
    return {(row.week, row.slice): to_tally(row.counts, row.times) for row in connection.execute(query)}


def _row(key: Key, whole: Tally) -> dict[str, Any]:
    # Histograms are mostly empty, and reading a year of them takes longer than anything done with them.
    times = compress(packed(whole.times), 1) if whole.times else b""
    return {"week": key[0], "slice": key[1], "counts": packed(whole.counts), "times": times}
