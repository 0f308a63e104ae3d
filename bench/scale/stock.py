"""Tables filled with copies of one request, by the database itself: a million of them within minutes.

A copy has an id, a timer and a message of its own; its texts are those of the request it was copied from.
Copies are older than whatever is submitted later, as ids grow with time.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from sqlalchemy import Connection, inspect, text

from storage.engine import write_engine

#: what is measured of copies is spread over so many weeks, and over the slices of so many agents
WEEKS, AGENTS = 52, 100
#: copies in one transaction
TOGETHER = 25_000
#: microseconds
SECOND = 1_000_000

#: the tables that a request has rows in, with the column that names it
_NAMED = {
    "approval": "id",
    "review_packet": "request_id",
    "audit_event": "subject",
    "card": "request_id",
    "measure": "request_id",
    "measure_vote": "request_id",
}
#: how a number becomes the end of an id, 26 letters long
_NUMBERED = {"sqlite": "printf('00{digit}%023d', n)", "postgresql": "'00{digit}' || lpad(n::text, 23, '0')"}
#: how the Monday of a copy's week comes of the template's
_EARLIER = {
    "sqlite": "date(one.week, printf('-%d days', 7 * (n % {weeks})))",
    "postgresql": "to_char(one.week::date - 7 * (n % {weeks})::int, 'YYYY-MM-DD')",
}
_SERIES = {
    "sqlite": "WITH RECURSIVE copies(n) AS"
    " (SELECT :first UNION ALL SELECT n + 1 FROM copies WHERE n < :last)",
    "postgresql": "WITH copies AS (SELECT n FROM generate_series(CAST(:first AS bigint), :last) AS n)",
}


def stock(
    url: str, template: str, numbers: range, *, digit: int = 0, due_at: int | None = None, apart: int = SECOND
) -> Iterator[int]:
    """Copy the request `template`, once for each number; yields how many copies there are so far.

    Templates of one database need a `digit` each. `due_at` is the stamp at which the timer of number 0 runs
    out, if any; the others follow, so many microseconds apart.
    """
    engine = write_engine(url)
    due = "NULL" if due_at is None else f"{due_at} + n * {apart}"
    number = _NUMBERED[engine.dialect.name].format(digit=digit)
    week = _EARLIER[engine.dialect.name].format(weeks=WEEKS)
    with engine.connect() as connection:
        if connection.dialect.name == "sqlite":
            connection.connection.execute("PRAGMA synchronous=OFF")
        slices = connection.exec_driver_sql("SELECT count(*) FROM measure_slice").scalar_one() // AGENTS
        for first in range(numbers.start, numbers.stop, TOGETHER):
            last = min(first + TOGETHER, numbers.stop) - 1
            for table, named in _NAMED.items():
                some: dict[str, int | str] = {"template": template, "first": first, "last": last}
                changed = _changed(table, named, number, due) | _spread(table, week, slices)
                _copy(connection, table, named, some, changed)
            connection.commit()
            yield last + 1
        connection.exec_driver_sql("ANALYZE")
        connection.commit()
    engine.dispose()


def _copy(
    connection: Connection, table: str, named: str, some: Mapping[str, int | str], changed: Mapping[str, str]
) -> None:
    names = [column["name"] for column in inspect(connection).get_columns(table)]
    taken = ", ".join(changed.get(name, f"one.{name}") for name in names)
    copying = (
        f"{_SERIES[connection.dialect.name]} INSERT INTO {table} ({', '.join(names)})"
        f" SELECT {taken} FROM {table} AS one, copies WHERE one.{named} = :template"
    )
    connection.execute(text(copying), some)


def _changed(table: str, named: str, number: str, due: str) -> dict[str, str]:
    """What a copy has of its own, as SQL."""
    changed = {named: f"'apr_' || {number}"}
    if table == "approval":
        changed |= {"sameness": number, "idempotency_key": "NULL", "due_at": due}
    if table == "card":
        changed |= {"id": f"'crd_' || {number}", "message": number, "due_at": "NULL", "state": "'posted'"}
    if table == "audit_event":
        # Under a seal from before all seals: neither sealed nor measured by a server that is started on it.
        changed["seal"] = "-1"
    return changed


def _spread(table: str, week: str, slices: int) -> dict[str, str]:
    """In which week and under what a copy is measured, if its template is; an agent has so many `slices`."""
    if not table.startswith("measure"):
        return {}
    # When a vote was cast stays as the request says, which is compared when the copy is measured again.
    return {"week": week, "slice": f"one.slice + {slices} * ((n / {WEEKS}) % {AGENTS})"}
