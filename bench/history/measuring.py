"""Measuring a made-up history as the running product would, but in one go."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta

from sqlalchemy import Engine

from bench.history.company import Scale
from bench.history.filling import BEGINS_AT
from bot.domain.measures.period import Period
from bot.domain.measures.query import EVERYTHING, Query
from storage.measure_rolling import plan, write
from storage.measure_slices import SliceBook
from storage.terms_book import TermsBook

#: requests in one step: nobody waits for the writer here, and fewer steps write each sum less often
TOGETHER = 2000


def whole(scale: Scale) -> Query:
    """A query over all of it, by somebody who may see everything."""
    begins = BEGINS_AT.date()
    period = Period(from_=begins, until=begins + timedelta(weeks=scale.weeks))
    return Query(period=period, eyes=EVERYTHING)


def roll(reads: Engine, writes: Engine) -> Iterator[int]:
    """Measure everything that is sealed; yields how many requests each step measured."""
    book, terms = SliceBook(), TermsBook()
    with reads.connect() as reading, writes.connect() as writing:
        while True:
            planned = plan(reading, terms, book, TOGETHER)
            reading.rollback()
            if planned is None:
                return
            if not write(writing, planned):
                raise RuntimeError("somebody else measures this database")
            writing.commit()
            yield len(planned.measures)
