"""What was set by mention, as rows."""

from __future__ import annotations

from typing import Any

from sqlalchemy import Connection, select

from bot.domain.autonomy.standing import Standing
from bot.domain.steering import Absence, Entry, MadeRoute, Pause, Steering
from bot.steering import Kind
from storage import codec
from storage.fact_tables import FactVersionRow
from storage.steering_tables import SteeringEntryRow

#: under which its version is kept
KIND = "steering"

_version = FactVersionRow.__table__  # type: ignore[attr-defined]  # SQLModel adds it at class creation
_entry = SteeringEntryRow.__table__  # type: ignore[attr-defined]  # likewise

_VALUES: dict[Kind, type[Entry]] = {
    Kind.ROUTE: MadeRoute,
    Kind.PAUSE: Pause,
    Kind.ABSENCE: Absence,
    Kind.STANDING: Standing,
}


def load(connection: Connection) -> Steering:
    """Everything that is set; what has ended by itself is still among it."""
    version = connection.execute(select(_version.c.version).where(_version.c.kind == KIND))
    found: dict[Kind, list[Any]] = {kind: [] for kind in Kind}
    newest = select(_entry.c.kind, _entry.c.body).order_by(_entry.c.version.desc(), _entry.c.name)
    for row in connection.execute(newest):
        found[Kind(row.kind)].append(entry(row.kind, row.body))
    return Steering(
        version=version.scalar_one_or_none() or 0,
        routes=tuple(found[Kind.ROUTE]),
        pauses=tuple(found[Kind.PAUSE]),
        absences=tuple(found[Kind.ABSENCE]),
        standings=tuple(found[Kind.STANDING]),
    )


def entry(kind: str, body: str) -> Entry:
    """The value that a row holds."""
    return codec.from_text(body, _VALUES[Kind(kind)])
