"""Whether the work outward is done: timers fire, nothing waits for long, somebody is there to do it."""

from __future__ import annotations

from datetime import timedelta

from sqlalchemy import Connection, Table, func, select, text

from bot.doctor.verdict import Finding, green, red, skipped, yellow
from bot.ports import Backlog, Clock
from storage.backlog import backlog
from storage.doctor.probe import Probe
from storage.engine import APPLICATION
from storage.stamps import to_stamp
from storage.tables import STUCK as FEW
from storage.tables import OutboxRow

#: timers fire within a second
LATE = timedelta(seconds=30)
#: what waits longer than the first should be looked at, longer than the second does not go out at all
SLOW, STUCK = timedelta(minutes=1), timedelta(minutes=10)
#: callbacks that were given up within so long are told of
LATELY = timedelta(days=7)
_START = "Start `placet serve` or `placet worker`, and look at its log."

_CONNECTED = text(
    "SELECT count(DISTINCT coalesce(client_addr, '::1')) FROM pg_stat_activity"
    " WHERE datname = current_database()"
    " AND (application_name = :name OR application_name LIKE :name || '/%')"
)
_outbox: Table = OutboxRow.__table__  # type: ignore[attr-defined]  # SQLModel adds it at class creation


async def timers_fire(probe: Probe, clock: Clock) -> Finding:
    """Count what should have happened."""
    late = (await _backlog(probe, clock)).overdue_timers
    if late:
        many = f"{late} timers are" if late != 1 else "1 timer is"
        return red(f"{many} overdue by more than {LATE.seconds} seconds: nobody escalates.", _START)
    return green("No timer is overdue.")


async def queue_moves(probe: Probe, clock: Clock) -> Finding:
    """How long the oldest waits."""
    found = await _backlog(probe, clock)
    if found.oldest_job_at is None:
        return green("Nothing waits to be sent.")
    age = clock() - found.oldest_job_at
    told = f"{found.waiting_jobs} cards and callbacks wait to be sent, the oldest for {_told(age)}."
    if age > STUCK:
        return red(told, _START)
    if age > SLOW:
        return yellow(told, "Look at the log for limits and outages of Slack, Teams or receivers.")
    return green(told)


async def nothing_given_up(probe: Probe, clock: Clock) -> Finding:
    """Count the callbacks that were given up lately."""
    since = to_stamp(clock() - LATELY)

    def read(connection: Connection) -> int:
        dead = select(func.count()).where(
            _outbox.c.kind == "callback",
            _outbox.c.state == "dead",
            _outbox.c.created_at >= since,
            text(FEW),
        )
        return int(connection.execute(dead).scalar_one())

    count = await probe.ask(read)
    if count:
        callbacks = "1 callback" if count == 1 else f"{count} callbacks"
        return yellow(
            f"{callbacks} of the last {LATELY.days} days could not be delivered.",
            "`placet callbacks list --state dead`; repair the receiver, then `placet callbacks replay ID`.",
        )
    return green(f"No callback of the last {LATELY.days} days was given up.")


async def somebody_works(probe: Probe) -> Finding:
    """Who else is connected to the database."""
    if probe.file is not None:
        return skipped("SQLite has one process that does all the work; url.running tells of it.")

    def read(connection: Connection) -> int:
        return int(connection.execute(_CONNECTED, {"name": APPLICATION}).scalar_one())

    count = await probe.ask(read)
    if not count:
        return red("No Placet process is connected to the database.", _START)
    machines = "1 machine" if count == 1 else f"{count} machines"
    return green(f"Placet is connected to the database from {machines}.")


async def _backlog(probe: Probe, clock: Clock) -> Backlog:
    now = clock()
    since = to_stamp(now - LATE)
    return await probe.ask(lambda connection: backlog(connection, now=to_stamp(now), overdue_since=since))


def _told(age: timedelta) -> str:
    minutes = int(age.total_seconds() // 60)
    if minutes < 1:
        return f"{max(0, int(age.total_seconds()))} seconds"
    return f"{minutes} minutes" if minutes < 120 else f"{minutes // 60} hours"
