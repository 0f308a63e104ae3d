"""The checks of the database and of what is stored in it, in the order in which they are told."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Collection
from functools import partial

from bot.doctor.check import Check, Found
from bot.ports import Clock
from bot.secrets import SecretBox
from storage.doctor import work
from storage.doctor.clock import agrees
from storage.doctor.integrity import intact
from storage.doctor.keys import of_agents, of_seals
from storage.doctor.probe import Probe
from storage.doctor.reachable import reachable
from storage.doctor.schema import current
from storage.doctor.secrets import open_with_newest
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


def clock_check(probe: Probe, clock: Clock) -> Check:
    """Whether the database and this machine agree about the time."""
    return Check(name="clock.database", look=partial(agrees, probe, clock), needs=(REACHABLE,))


def key_checks(probe: Probe, agents: Collection[str], box: SecretBox, clock: Clock) -> tuple[Check, ...]:
    """Everything about keys and secrets that are stored."""
    return (
        Check(name="keys.agents", look=partial(of_agents, probe, agents, clock), needs=(SCHEMA, "policy")),
        Check(name="keys.signing", look=partial(of_seals, probe, clock), needs=(SCHEMA,)),
        Check(name="keys.secrets", look=partial(open_with_newest, probe, box), needs=(SCHEMA,)),
    )


def work_checks(probe: Probe, clock: Clock) -> tuple[Check, ...]:
    """Everything about work that waits."""
    return (
        Check(name="work.processes", look=partial(work.somebody_works, probe), needs=(SCHEMA,)),
        Check(name="work.timers", look=partial(work.timers_fire, probe, clock), needs=(SCHEMA,)),
        Check(name="work.queue", look=partial(work.queue_moves, probe, clock), needs=(SCHEMA,)),
        Check(name="work.callbacks", look=partial(work.nothing_given_up, probe, clock), needs=(SCHEMA,)),
    )
