"""Plans: what runs all the time finds its rows by an index, on both databases, among many thousands."""

import json
import re
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from datetime import timedelta
from types import SimpleNamespace as Asked
from typing import Any, cast

from sqlalchemy import Connection, event, text
from sqlmodel import SQLModel

from bot.domain.history import NAMES, scope_of
from bot.domain.ids import new_id
from bot.domain.measures.query import EVERYTHING, Behind, Dimension, Page, Query
from bot.domain.moves import Remark
from bot.domain.request import ApprovalRequest
from bot.domain.retention import Retention
from bot.domain.status import Status
from bot.secrets import SecretBox
from storage.audit_reading import told_of
from storage.callbacks import CallbackStore
from storage.doctor.probe import Probe
from storage.doctor.work import nothing_given_up
from storage.engine import write_engine
from storage.history_pruning import fold_days
from storage.keys import KeyStore
from storage.measure_cursor import FORMAT
from storage.measures import SqlMeasures
from storage.pruning import prune
from storage.retaining import retain
from storage.seal_watch import SealWatch
from storage.stamps import to_stamp
from storage.store import SqlStore
from storage.timers import due_ids, next_timer
from storage.winding import wind_back
from tests.builders import AGENT, NOW, a_press, presser
from tests.fakes.clock import MovedClock
from tests.storage.measuring_steps import EVERYONE, PERIOD, measured, sealed
from tests.storage.steps import Company, a_submission, claimed, done, execute, submitted
from tests.storage.test_history_deciding import below, claims

MANY = 20_000
#: tables that grow with every request
GROWING = (
    "approval",
    "card",
    "batch_card",
    "outbox",
    "audit_event",
    "command",
    "review_packet",
    "history_count",
    "measure",
    "measure_vote",
)
#: what makes an index hold nothing but what waits
_WAITS = ("ended_at IS NULL", "due_at IS NOT NULL", "seal IS NULL")
WAITING = {
    str(index.name)
    for table in SQLModel.metadata.tables.values()
    for index in table.indexes
    if any(words in str(index.dialect_options["sqlite"]["where"]) for words in _WAITS)
}

#: indexes without which a statement of a busy day would read a whole table
NOTICED = (
    "ix_approval_due",
    "ix_approval_ended",
    "ix_outbox_stuck",
    "ix_card_due",
    "ix_card_message",
    "ix_audit_unsealed",
    "ix_history_count_day",
)

_OLD = {
    "approval": "id, created_at, ended_at, idempotency_key, body_digest, agent, status, version, revision,"
    " action, escalation_policy, terms, proposal, progress, audit_seq, audit_head, precedence, sameness,"
    " answered_at"
    " ) SELECT :id, :at, :at, :id, 'd', agent, status, version, revision,"
    " action, escalation_policy, terms, proposal, progress, audit_seq, audit_head, precedence, id, :at"
    " FROM approval WHERE ended_at IS NOT NULL LIMIT 1",
    "review_packet": "request_id, revision, packet) SELECT :id, 1, packet FROM review_packet LIMIT 1",
    "card": "id, request_id, destination, adopted, state, message, wanted_version, shown_version, created_at,"
    " attempts, uncertain, alone, batch)"
    " VALUES (:id, :id, 'slack:C0REFUNDS', '', 'posted', :id, 1, 1, :at, 0, false, false, :id)",
    "batch_card": "id, destination, created_at, attempts, uncertain, is_burst)"
    " VALUES (:id, 'slack:C0REFUNDS', :at, 0, false, true)",
    "outbox": "id, kind, request_id, turn, destination, state, created_at, attempts, text)"
    " VALUES (:id, 'callback', :id, 1, 'callback:agents.example.com:443', 'done', :at, 1, 't')",
    "audit_event": "subject, seq, kind, actor, at, facts, hash, seal)"
    " VALUES (:id, 1, 'k', 'a', :at, '{}', 'ab', 1)",
    "measure": "request_id, week, slice, created_at, agent, agent_version, action, rule, policy_version,"
    " mode, channel, ending, edited, reverted, length, revision, hasty)"
    " VALUES (:id, :id, 1, :at, 'a', '', 'x.y', 'r', 'v', 'gate', 'none', 'approved', false, false, 9, 1,"
    " false)",
    "measure_vote": "request_id, person, week, slice, action, at, decision, hasty)"
    " VALUES (:id, :id, :id, 1, 'x.y', :at, 'approve', false)",
    "command": "id, request_id, answer, at) VALUES (:id, :id, '{}', :at)",
    "history_count": "key, action, day, currency, shard, submitted, automatic, approved, rejected, amount)"
    " VALUES (:id, 'a', 20000, 'EUR', 0, 1, 1, 0, 0, 1)",
}


async def _fill(store: SqlStore) -> None:
    """Many thousand requests of long ago, with all that hangs on them."""
    await store.move(a_press(await submitted(store)))
    start = int((NOW - timedelta(days=1)).timestamp() * 1e6)
    old = [{"id": f"apr_0{n:025}", "at": start - n} for n in range(MANY)]
    for table, rest in _OLD.items():
        await execute(store, f"INSERT INTO {table} ({rest}", *old)
    # What is old is measured.
    counted = "INSERT INTO measure_cursor (id, format, seal, subject) VALUES (1, :format, 1, 'apr_00z')"
    await execute(store, counted, {"format": FORMAT})
    await execute(store, "ANALYZE")


class Recorder:
    """What a store sends to its database: each text once, with parameters."""

    def __init__(self, store: SqlStore) -> None:
        self.statements: dict[str, Any] = {}
        for engine in (store._writes, store._reads):
            event.listen(engine, "before_cursor_execute", self._note)

    def _note(
        self, _connection: Connection, _cursor: Any, statement: str, given: Any, _context: Any, many: Any
    ) -> None:
        if re.match(r"\s*(SELECT|INSERT|UPDATE|DELETE|WITH)\b", statement):
            self.statements.setdefault(statement, given[0] if many else given)


async def _everything(store: SqlStore, clock: MovedClock, key_id: str) -> None:
    """What a busy day consists of."""
    requests = [await _asked(store, f"k{n}", key_id) for n in range(8)]
    await store.submit(a_submission(idempotency_key="k1", key_id=key_id))
    await _look(store, requests[0])
    await store.settle([done(job) for job in await claimed(store)])
    for request in requests[:4]:
        press = a_press(request, copy_destination="slack:C0REFUNDS", copy_message="m2")
        await store.move(press)
        await store.move(a_press(request, "ben", reply_to="slack:C1:U1:https://answers.example.com/1"))
    await store.submit(claims(1, below("same_subject_30d", 3))[0])
    await store.history(scope_of(AGENT, requests[0].proposal), NAMES)
    await store.write(lambda connection, batch: fold_days(connection, batch, 10))
    jobs = await claimed(store)
    await store.settle([done(job) for job in jobs])
    clock.advance(hours=1)
    await store.fire_due(100)
    await store.settle([done(job) for job in await claimed(store)])
    await _measure(store)
    await _keep_house(store, clock)


async def _keep_house(store: SqlStore, clock: MovedClock) -> None:
    for state in (None, "held", "dead"):
        await CallbackStore(store).listed(state)
    await nothing_given_up(cast(Probe, Asked(ask=store.query)), clock)
    await store.write(prune)
    keeping, nothing = Retention(default=timedelta(days=300)), Retention(default=timedelta(0))
    assert not await store.write(lambda connection, batch: retain(connection, batch, keeping))
    assert await store.write(lambda connection, batch: retain(connection, batch, nothing))
    await sealed(store)
    await SealWatch(store).follow()
    await store.write(lambda connection, batch: wind_back(connection, batch, timedelta(hours=3)))


async def _measure(store: SqlStore) -> None:
    await measured(store)
    measures = SqlMeasures(store)
    for by in Dimension:
        await measures.report(Query(period=PERIOD, eyes=EVERYTHING, by=by, weekly=True))
    await measures.findings(EVERYONE)
    for behind in (Behind.APPROVED, Behind.HASTY, Behind.ERRORS):
        await measures.requests(EVERYONE, Page(behind=behind))
        await measures.requests(EVERYONE.narrowed(Dimension.REVIEWER, "ann"), Page(behind=behind))


async def _asked(store: SqlStore, key: str, key_id: str) -> ApprovalRequest:
    answer = await store.submit(a_submission(idempotency_key=key, key_id=key_id))
    assert answer.request is not None
    return answer.request


async def _look(store: SqlStore, request: ApprovalRequest) -> None:
    await store.read(request.id)
    await store.copies(request.id)
    for agent in (None, AGENT):
        for status in (None, Status.PENDING) if agent is None else (None, *Status):
            await store.listing(agent=agent, status=status)
            await store.listing(agent=agent, status=status, before=request.id)
    await store.queue_ahead(request)
    await store.turnarounds(request)
    await store.pending_for("ann")
    await store.pending_for("cat")
    await store.open_samples()
    await store.ended_since(NOW - timedelta(days=1), limit=100)
    await store.batch(new_id("bat"))
    await store.decision_event(request.id)
    await store.receipt(request.id)
    await store.query(lambda connection: told_of(connection, request.id, lambda *_: False))
    await store.request_at("slack", "m2")
    await store.move(Remark(request_id=request.id, command_id="r", presser=presser("ben"), text="Hm"))
    await store.read(request.id)
    await store.next_timer()
    await store.query(lambda connection: next_timer(connection, [request.id]))
    await store.query(lambda connection: due_ids(connection, to_stamp(NOW), 10, [request.id]))
    await store.jobs_ahead(())
    await store.backlog(overdue_since=NOW)


async def test_no_statement_of_a_busy_day_reads_a_whole_table_unless_an_index_is_missing(
    url: str, store: SqlStore, clock: MovedClock, company: Company
) -> None:
    company.limit_open_requests(200)
    key = await KeyStore(store, SecretBox(("s" * 32,))).create(AGENT)
    await _fill(store)
    recorder = Recorder(store)
    await _everything(store, clock, key.key_id)
    assert len(recorder.statements) > 30

    with whole_tables(url, recorder.statements) as found:
        whole = "\n".join(f"{plan}: {statement}" for statement, plan in found().items() if plan)
        assert not whole, whole
        for index in NOTICED:
            assert any(found(without=index).values()), f"{index} is missing, and nothing is noticed"


@contextmanager
def whole_tables(url: str, statements: dict[str, Any]) -> Iterator[Callable[..., dict[str, Sequence[str]]]]:
    """What reads whole growing tables, by statement; `without` an index that is there all the same."""
    engine = write_engine(url)

    def found(*, without: str = "") -> dict[str, Sequence[str]]:
        with engine.connect() as connection:  # and nothing is committed
            if without:
                connection.execute(text(f"DROP INDEX {without}"))
            return _plans(connection, statements)

    yield found
    engine.dispose()


def _plans(connection: Connection, statements: dict[str, Any]) -> dict[str, Sequence[str]]:
    """What reads whole growing tables, by statement."""
    whole = _whole_on_sqlite if connection.dialect.name == "sqlite" else _whole_on_postgres
    return {statement: whole(connection, statement, given) for statement, given in statements.items()}


def _whole_on_sqlite(connection: Connection, statement: str, given: Any) -> Sequence[str]:
    rows = connection.exec_driver_sql(f"EXPLAIN QUERY PLAN {statement}", given).all()
    scans = [row.detail for row in rows if re.match(rf"SCAN ({'|'.join(GROWING)}|t)\b", row.detail)]
    return [scan for scan in scans if not _is_short(scan, statement)]


def _is_short(scan: str, statement: str) -> bool:
    """Whether it goes over what waits only, or from one end of the table until a page is full."""
    if any(scan.endswith(f"INDEX {name}") for name in WAITING):
        return True
    if statement.startswith("UPDATE batch_card SET rests_until"):
        return True  # a row for each burst, when somebody sets the clock back
    newest = {"approval": "", "outbox": "WHERE outbox.kind = ? "}
    return any(
        f"INDEX sqlite_autoindex_{table}_1" in scan
        and f"{where}ORDER BY {table}.id DESC\n LIMIT" in statement
        for table, where in newest.items()
    )


def _whole_on_postgres(connection: Connection, statement: str, given: Any) -> Sequence[str]:
    [found] = connection.exec_driver_sql(f"EXPLAIN (FORMAT JSON) {statement}", given).scalars()
    parts = _parts((json.loads(found) if isinstance(found, str) else found)[0]["Plan"])
    return [
        f"{part['Node Type']} on {part['Relation Name']}"
        for part in parts
        if part["Node Type"] == "Seq Scan" and part["Relation Name"] in GROWING
        if not statement.startswith("UPDATE batch_card SET rests_until")  # as on SQLite
    ]


def _parts(plan: dict[str, Any]) -> list[dict[str, Any]]:
    return [plan, *(part for below in plan.get("Plans", ()) for part in _parts(below))]
