"""The newest of many lists together: each lies in order in an index, and none is read further than asked for.

Sorting all of a week's requests for the fifty newest would take longer the more there are. SQLite merges the
lists in a queue that is always taken from at its newest end (the ORDER BY of a recursive SELECT,
sqlite.org/lang_with.html), so that it looks once for each list and once for each that is found; PostgreSQL,
whose recursion has no order, takes a page of each.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple

import msgspec
from sqlalchemy import Connection, text

_encode = msgspec.json.Encoder().encode

_QUEUED = """
WITH RECURSIVE newest(id, slice, ending) AS (
    SELECT ({first}), list.slice, list.ending
    FROM (SELECT json_extract(value, '$[0]') AS slice, json_extract(value, '$[1]') AS ending
          FROM json_each(:lists)) AS list
    UNION ALL
    SELECT ({next}), list.slice, list.ending FROM newest AS list WHERE list.id IS NOT NULL
    ORDER BY 1 DESC
)
SELECT id FROM newest WHERE id IS NOT NULL LIMIT :limit
"""
_PAGED = """
SELECT found.id
FROM unnest(CAST(:slices AS integer[]), CAST(:endings AS text[])) AS list(slice, ending)
CROSS JOIN LATERAL ({page}) AS found
ORDER BY found.id DESC LIMIT :limit
"""


class Listed(NamedTuple):
    """One list: what was counted under a slice, and how it ended where that is told apart."""

    slice: int
    ending: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Source:
    """Where the lists are, and which of their rows are meant, in words that both engines know."""

    #: tables
    tables: str
    #: the id that is asked for
    id: str
    #: says which rows are in `list`, in whose index they are in the order of their ids
    within: str
    #: says which of them are meant
    where: str

    def newest(self, *conditions: str, most: str) -> str:
        """The statement for the newest of a list."""
        meant = " AND ".join(each for each in (self.within, self.where, *conditions) if each)
        rows = f"SELECT {self.id} AS id FROM {self.tables} WHERE {meant}"  # noqa: S608  # nosec B608  # our own words
        return f"{rows} ORDER BY {self.id} DESC LIMIT {most}"


def newest(
    connection: Connection,
    source: Source,
    lists: Sequence[Listed],
    *,
    week: str,
    before: str | None,
    limit: int,
) -> Sequence[str]:
    """Ids of all lists in one week, newest first; those smaller than `before`, at most `limit`."""
    earlier = [] if before is None else [f"{source.id} < :before"]
    given: dict[str, Any] = {"week": week, "limit": limit} | ({"before": before} if before else {})
    if connection.dialect.name == "sqlite":
        following = source.newest(f"{source.id} < list.id", most="1")
        statement = _QUEUED.format(first=source.newest(*earlier, most="1"), next=following)
        given["lists"] = _encode(lists).decode()
    else:
        statement = _PAGED.format(page=source.newest(*earlier, most=":limit"))
        given |= {"slices": [each.slice for each in lists], "endings": [each.ending for each in lists]}
    found: Sequence[str] = connection.execute(text(statement), given).scalars().all()
    return found
