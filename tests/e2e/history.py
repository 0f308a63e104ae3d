"""A company whose agents asked for three months, with things wrong in it that the dashboard has to find."""

from __future__ import annotations

from collections import deque
from datetime import timedelta

from bench.history.company import AGENTS, LINES, OVERLOADED, STAMPER, Scale
from bench.history.filling import fill
from bench.history.measuring import roll, whole
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
    """The policy of that company; Ann owns it and leads everything, Lea leads what support-bot asks for."""
    people = "\n".join(f"  {person}: {{name: {_NAMES.get(person, person)}}}" for person in BUSY.people)
    agents = "\n".join(f"  {agent}: {{owner: cat}}" for agent in AGENTS)
    actions = "\n".join(f"  {line.action}: {{owner: ann, reversible: true}}" for line in LINES)
    return f"""
owner: ann
defaults: {{escalation_policy: support}}
people:
  ann: {{name: Ann Arbor}}
  cat: {{name: Cat Bells}}
  lea: {{name: Lea Moor}}
{people}
groups: {{everybody: {{members: [{", ".join(BUSY.people)}]}}}}
leads: {{ann: ["*"], lea: ["refund.*"]}}
agents:
{agents}
actions:
{actions}
escalation_policies:
  support: {{quorum: {{from: [everybody]}}, steps: [{{to: ["web:support"], wait: 15m}}]}}
"""


def happened(database_url: str) -> None:
    """Write the history into an empty database, and measure it."""
    migrate(database_url)
    reads, writes = read_engine(database_url), write_engine(database_url)
    deque(fill(writes, BUSY), maxlen=0)
    deque(roll(reads, writes), maxlen=0)
    reads.dispose()
    writes.dispose()
