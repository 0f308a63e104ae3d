"""The checks of the database, in the order in which they are told."""

from __future__ import annotations

from collections.abc import Awaitable, Callable

from bot.doctor.check import Check, Found
from storage.doctor.integrity import intact
from storage.doctor.probe import Probe
from storage.doctor.reachable import reachable
from storage.doctor.schema import current
from storage.doctor.server import keeps
from storage.doctor.space import room
from storage.doctor.writable import writable

REACHABLE = "database.reachable"
#: what every check needs that reads tables
SCHEMA = "database.schema"


def database_checks(probe: Probe) -> tuple[Check, ...]:
    """Everything about the database itself."""

    def check(name: str, look: Callable[[Probe], Awaitable[Found]], *needs: str) -> Check:
        return Check(name=f"database.{name}", look=lambda: look(probe), needs=needs)

    return (
        check("reachable", reachable, "settings"),
        check("writable", writable, REACHABLE),
        check("schema", current, REACHABLE),
        check("server", keeps, REACHABLE),
        check("intact", intact, REACHABLE),
        check("space", room, REACHABLE),
    )
