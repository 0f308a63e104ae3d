"""Stored requests for exports, page by page: never more of them in memory than a page holds."""

from __future__ import annotations

from collections.abc import AsyncIterator, Sequence
from dataclasses import dataclass
from functools import partial

from sqlalchemy import ColumnElement, Connection, func, select

from bot.domain import ids
from bot.domain.events import Event, EventKind, Fact
from bot.exporting.record import ExportQuery, Kind, Record
from storage import mapping
from storage.context import Batch
from storage.corrections import corrections
from storage.measure_sources import measures
from storage.reads import packets_of
from storage.store import SqlStore
from storage.subject_chain import record
from storage.tables import ApprovalRow
from storage.terms_book import TermsBook

#: requests in memory at a time
AT_ONCE = 200
#: the subject of the audit events that tell of exports with masked values
CHAIN = "export"

_approval = ApprovalRow.__table__  # type: ignore[attr-defined]  # SQLModel adds it at class creation


@dataclass(frozen=True, slots=True, kw_only=True)
class Page:
    """Some of the requests."""

    #: those whose action is asked for
    records: Sequence[Record]
    #: how many there were, whatever their action
    looked_at: int
    #: the id of the last one, empty when there is nothing behind it
    last: str


class Exports:
    """Reads requests, oldest first."""

    def __init__(self, store: SqlStore) -> None:
        self._store = store
        self._terms = TermsBook()

    async def count(self, query: ExportQuery) -> int:
        """How many requests there are between the times, whatever their action."""
        counted = select(func.count()).select_from(_approval).where(*_between(query))
        return int(await self._store.query(lambda connection: connection.execute(counted).scalar_one()))

    async def pages(self, query: ExportQuery) -> AsyncIterator[Page]:
        """Pages of requests, until there are no more."""
        last = ""
        while True:
            page = await self._store.query(partial(self._page, query=query, after=last))
            yield page
            if not page.last:
                return
            last = page.last

    async def note_unmasked(self, kind: Kind, query: ExportQuery, *, by: str) -> None:
        """Put on record that masked values leave, before they do."""
        facts: dict[str, Fact] = {
            "export": kind.value,
            "action": query.action,
            "since": query.since.isoformat() if query.since else None,
            "until": query.until.isoformat() if query.until else None,
        }
        event = Event(kind=EventKind.VALUES_REVEALED, actor="operator", facts=facts, private={"by": by})

        def run(connection: Connection, batch: Batch) -> None:
            record(connection, batch, CHAIN, event)

        await self._store.write(run)

    def _page(self, connection: Connection, query: ExportQuery, after: str) -> Page:
        wanted = select(_approval).where(*_between(query), _approval.c.id > after)
        rows = connection.execute(wanted.order_by(_approval.c.id).limit(AT_ONCE)).all()
        terms = self._terms.load(connection, {row.terms for row in rows})
        requests = [mapping.to_request(row, terms[row.terms]) for row in rows]
        meant = [request for request in requests if query.means(request)]
        packets = packets_of(connection, meant)
        measured = measures(connection, [request.id for request in meant])
        corrected = corrections(connection, meant)
        records = [
            Record(
                request=request,
                packet=packets[request.id, request.revision].current,
                original=packets[request.id, request.revision].original,
                corrected=corrected.get(request.id),
                measure=measured.get(request.id),
            )
            for request in meant
        ]
        return Page(records=records, looked_at=len(rows), last=rows[-1].id if len(rows) == AT_ONCE else "")


def _between(query: ExportQuery) -> list[ColumnElement[bool]]:
    found = []
    if query.since is not None:
        found.append(_approval.c.id >= ids.first_at(ids.REQUEST, query.since.timestamp()))
    if query.until is not None:
        found.append(_approval.c.id < ids.first_at(ids.REQUEST, query.until.timestamp()))
    return found
