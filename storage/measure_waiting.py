"""How much waits for whom now: requests by who may decide them, counted as they stand."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping

from sqlalchemy import Connection, func, select

from bot.domain.directory import Directory
from bot.domain.matching import matches
from bot.domain.measures.query import Dimension, Query
from storage.tables import ApprovalRow
from storage.terms_book import TermsBook

_approval = ApprovalRow.__table__  # type: ignore[attr-defined]  # SQLModel adds it at class creation

#: more that waits is not counted
MOST = 20_000


def waiting(
    connection: Connection, query: Query, directory: Directory, terms: TermsBook
) -> Mapping[str, int]:
    """How many requests wait for each person, others perhaps too, as far as the asker may see them.

    Counted are those whom the escalation policy lets decide from the beginning.
    """
    if query.eyes.agent is not None:
        return {}
    open_ = (
        select(_approval.c.terms, _approval.c.action, _approval.c.agent)
        .where(_approval.c.ended_at.is_(None))
        .limit(MOST)
        .subquery()
    )
    counted = select(open_, func.count().label("n")).group_by(*open_.columns)
    rows = [row for row in connection.execute(counted) if _asked(query, row.agent, row.action)]
    known = terms.load(connection, {row.terms for row in rows})
    found: Counter[str] = Counter()
    for row in rows:
        is_led = any(matches(pattern, row.action) for pattern in query.eyes.actions)
        voters = directory.sure_members(known[row.terms].quorum.voters)
        found.update({person: row.n for person in voters if is_led or person == query.eyes.person})
    wanted = query.where.get(Dimension.REVIEWER)
    return {person: n for person, n in found.items() if wanted in (None, person)}


def _asked(query: Query, agent: str, action: str) -> bool:
    """Whether the query is about such a request."""
    wanted = query.where
    return wanted.get(Dimension.AGENT, agent) == agent and matches(
        wanted.get(Dimension.ACTION, action), action
    )
