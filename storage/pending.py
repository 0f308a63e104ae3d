"""What waits for one person, the riskiest and oldest first, read along an index until there is enough."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

from sqlalchemy import Connection, Row, select, tuple_

from bot.domain.directory import Directory
from bot.domain.visibility import may_see
from bot.ports import Stored
from storage import mapping
from storage.reads import packets_of
from storage.tables import ApprovalRow
from storage.terms_book import TermsBook

PAGE = 200
#: a queue longer than this is nobody's list; the rest shows as these are decided
FURTHEST = 4000

_approval = ApprovalRow.__table__  # type: ignore[attr-defined]  # SQLModel adds it at class creation


def pending_for(
    connection: Connection, terms: TermsBook, directory: Directory, person: str, limit: int
) -> list[Stored]:
    """Pending requests that a person may see, at most `limit` of them."""
    found = []
    for rows in _pages(connection):
        known = terms.load(connection, (row.terms for row in rows))
        requests = (mapping.to_request(row, known[row.terms]) for row in rows)
        found += [request for request in requests if may_see(directory, request, person)]
        if len(found) >= limit:
            break
    packets = packets_of(connection, found[:limit])
    return [packets[request.id, request.revision].stored(request) for request in found[:limit]]


def _pages(connection: Connection) -> Iterator[Sequence[Row[Any]]]:
    place = tuple_(_approval.c.precedence, _approval.c.id)
    in_order = select(_approval).where(_approval.c.ended_at.is_(None)).order_by(*place.clauses).limit(PAGE)
    page = connection.execute(in_order).all()
    for _ in range(FURTHEST // PAGE):
        yield page
        if len(page) < PAGE:
            return
        after = place > (page[-1].precedence, page[-1].id)
        page = connection.execute(in_order.where(after)).all()
