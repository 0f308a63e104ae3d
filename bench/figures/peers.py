"""Peers beside Placet in the same minute: requests and decisions a second, and how soon the agent is told.

One client drives all of them alike, 32 requests in flight, each with the durable store that it documents and
with its limits of requests a minute switched off. Their rates are no limits of ours and never fail a run.
"""

from __future__ import annotations

import asyncio
import tempfile
from collections.abc import Callable, Iterator, Sequence
from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass
from pathlib import Path

from bench.exhibits import picture, rows_table, table
from bench.figure import NotInstalled, Unmeasured, figure
from bench.peers import awaithumans, holdmyagent, placet, primarypath
from bench.peers.caller import Caller
from bench.peers.environments import REMEDY, version
from bench.peers.taking import Amount, Taken, taken
from bench.reading import Reading, Unit
from bench.run import POSTGRES, SPELLED, SQLITE, Run
from bench.spelling import spelled
from bench.svg import Bar, bars
from bench.times import percentile

IN_FLIGHT = 32


@dataclass(frozen=True, slots=True, kw_only=True)
class Peer:
    """A server on one kind of database."""

    name: str
    engine: str
    serving: Callable[[str, Path], AbstractAsyncContextManager[Caller]]

    @property
    def is_ours(self) -> bool:
        """Whether it is Placet."""
        return self.name == placet.NAME


PEERS = (
    Peer(name=placet.NAME, engine=SQLITE, serving=placet.serving),
    Peer(name=holdmyagent.NAME, engine=SQLITE, serving=holdmyagent.serving),
    Peer(name=awaithumans.NAME, engine=SQLITE, serving=awaithumans.serving),
    Peer(name=placet.NAME, engine=POSTGRES, serving=placet.serving),
    Peer(name=primarypath.NAME, engine=POSTGRES, serving=primarypath.serving),
    Peer(name=awaithumans.NAME, engine=POSTGRES, serving=awaithumans.serving),
)


@figure("peers", once=True)
def peers(run: Run) -> Iterator[Reading]:
    """Other approval servers beside Placet: create, decide, and from a decision to its callback."""
    amount = run.pick(
        Amount(many=1_500, in_flight=IN_FLIGHT, seconds=6.0, callbacks=20),
        Amount(many=40, in_flight=8, seconds=1.0, callbacks=2),
    )
    # To see that it works, one database is enough.
    asked = [peer for peer in PEERS if peer.engine in run.databases[: run.pick(2, 1)]]
    ours = [peer for peer in asked if peer.is_ours]
    # Ours at the end: a machine without any peer is told so at once.
    measured = [reading for peer in asked if not peer.is_ours for reading in _measured(run, peer, amount)]
    if not measured:
        raise NotInstalled(f"None of the peers could be run on this machine. {REMEDY}")
    for peer in ours:
        yield from _readings(peer, _taken(run, peer, amount))
    yield from measured


def _measured(run: Run, peer: Peer, amount: Amount) -> list[Reading]:
    try:
        return list(_readings(peer, _taken(run, peer, amount)))
    except Unmeasured as error:
        run.note(f"{peer.name} on {SPELLED[peer.engine]} is not here: {error}")
        return []


def _taken(run: Run, peer: Peer, amount: Amount) -> Taken:
    async def measured(url: str, folder: Path) -> Taken:
        async with peer.serving(url, folder) as caller:
            return await taken(caller, amount)

    with tempfile.TemporaryDirectory(prefix="placet-bench-") as folder, run.database(peer.engine) as url:
        return asyncio.run(measured(url, Path(folder)))


def _readings(peer: Peer, taken: Taken) -> Iterator[Reading]:
    name = peer.name if peer.is_ours else f"{peer.name} {version(peer.name)}"
    for measure, value, unit in (
        ("create", taken.created, Unit.PER_SECOND),
        ("decide", taken.decided, Unit.PER_SECOND),
        ("decision to callback", percentile(taken.told, 0.5) * 1000, Unit.MILLISECONDS),
        ("errors", taken.refused, Unit.SHARE),
    ):
        yield Reading(name=f"{name}/{peer.engine}/{measure}", value=value, unit=unit, is_ours=peer.is_ours)


@table("peers")
def peers_table(readings: Sequence[Reading]) -> str:
    """A row for each server, ours first."""
    rows: dict[tuple[str, str], list[str]] = {}
    for reading in readings:
        name, engine, _ = reading.name.split("/")
        rows.setdefault((name, engine), []).append(spelled(reading.value, reading.unit))
    columns = ("", "database", "create", "decide", "decision to callback, median", "errors")
    return rows_table(columns, [[name, SPELLED[on], *cells] for (name, on), cells in rows.items()], left=2)


@picture("peers", "Requests and decisions a second of Placet and its peers, 32 in flight")
def peers_picture(readings: Sequence[Reading]) -> str:
    """Both rates of each, ours in a colour of their own."""
    rows = [_bar(reading) for reading in readings if reading.unit is Unit.PER_SECOND]
    return bars("Durable requests and decisions a second, 32 in flight", rows)


def _bar(reading: Reading) -> Bar:
    name, engine, measure = reading.name.split("/")
    return Bar(
        label=f"{name.partition(' ')[0]}, {measure}",
        value=reading.value,
        text=f"{spelled(reading.value, reading.unit)}, {SPELLED[engine]}",
        kind=1 if reading.is_ours else 0,
    )
