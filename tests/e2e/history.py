"""A company whose agents asked for three months, with things wrong in it that the dashboard has to find."""

from __future__ import annotations

from collections import deque
from datetime import timedelta

from bench.history.company import OVERLOADED, STAMPER, Scale
from bench.history.filling import fill
from bench.history.measuring import roll, whole
from bench.history.policy import policy as company_policy
from storage.engine import read_engine, write_engine
from storage.migrate import migrate

#: enough for each thing that is wrong to stand out
BUSY = Scale(requests=45_000, weeks=13, reviewers=6)
_PERIOD = whole(BUSY).period
#: the whole history, in the addresses of the dashboard
SPAN = f"from={_PERIOD.from_}&until={_PERIOD.until - timedelta(days=1)}"

_NAMES = {
    STAMPER: "Sam Field",
    OVERLOADED: "Olive Hart",
    **{f"reviewer-{n:02}": name for n, name in enumerate(("Jo Ito", "Max Ode", "Ida Kern"), 1)},
}


def policy() -> str:
    """The policy of that company."""
    return company_policy(BUSY, _NAMES)


def happened(database_url: str) -> None:
    """Write the history into an empty database, and measure it."""
    migrate(database_url)
    reads, writes = read_engine(database_url), write_engine(database_url)
    deque(fill(writes, BUSY), maxlen=0)
    deque(roll(reads, writes), maxlen=0)
    reads.dispose()
    writes.dispose()
