"""Statements straight to the driver come to what SQLAlchemy's own execution comes to."""

from collections.abc import Callable, Iterator

import pytest
from sqlalchemy import Connection, Dialect, Select, Text, bindparam, event, literal, select
from sqlalchemy.exc import DBAPIError, IntegrityError

from storage import straight
from storage.away import is_away
from storage.engine import write_engine
from storage.many import inserting
from storage.prepared import Prepared, given
from storage.tables import ReceiptRow

_receipt = ReceiptRow.__table__  # type: ignore[attr-defined]  # SQLModel adds it at class creation
_new_receipts = inserting(_receipt)
_ROWS = [{"request_id": f"r{n}", "receipt": "ä\n" * n} for n in range(3)]


def _finding(_: Dialect) -> Select[tuple[str, str, int]]:
    return select(_receipt, literal(7).label("seven")).where(_receipt.c.request_id >= given("least", Text()))


_found = Prepared(_finding)


@pytest.fixture
def connection(url: str) -> Iterator[Connection]:
    """A connection as the writer has one."""
    engine = write_engine(url)
    with engine.connect() as connection:
        yield connection
    engine.dispose()


def test_rows_are_those_that_sqlalchemy_returns(connection: Connection) -> None:
    assert _new_receipts.run(connection, _ROWS) == 3

    rows, usual = _found.rows(connection, least="r1"), _found.run(connection, least="r1").all()

    assert rows == [tuple(row) for row in usual]
    assert [(row.request_id, row.receipt, row.seven) for row in rows] == [
        ("r1", "ä\n", 7),
        ("r2", "ä\nä\n", 7),
    ]


def test_a_statement_begins_the_transaction_that_commit_and_rollback_end(connection: Connection) -> None:
    _new_receipts.run(connection, _ROWS[:1])
    assert connection.in_transaction()
    connection.commit()
    _new_receipts.run(connection, _ROWS[1:])
    connection.rollback()

    assert [row.request_id for row in _found.rows(connection, least="")] == ["r0"]


def test_a_listener_hears_of_every_statement(connection: Connection) -> None:
    heard: list[str] = []
    event.listen(connection, "before_cursor_execute", lambda *told: heard.append(told[2]))

    connection.begin()
    heard.clear()
    _new_receipts.run(connection, _ROWS)
    _found.rows(connection, least="")

    assert [statement.split()[0] for statement in heard] == ["INSERT", "SELECT"]


def test_statements_that_travel_together_run_in_their_order_in_one_transaction(
    connection: Connection,
) -> None:
    with straight.together(connection):
        _new_receipts.run(connection, _ROWS[:1])
        seen = [row.request_id for row in _found.rows(connection, least="")]
        _new_receipts.run(connection, _ROWS[1:])
    assert seen == ["r0"]
    assert len(_found.rows(connection, least="")) == 3
    connection.rollback()

    assert _found.rows(connection, least="") == []


def test_nothing_of_what_travels_together_stays_when_a_statement_fails(connection: Connection) -> None:
    with pytest.raises(IntegrityError) as told:
        _one_of_them_twice(connection)
    connection.rollback()

    assert (told.value.params, is_away(told.value)) == (None, False)
    assert _found.rows(connection, least="") == []


def _one_of_them_twice(connection: Connection) -> None:
    with straight.together(connection):
        for rows in (_ROWS[:1], _ROWS[:1], _ROWS[1:]):
            _new_receipts.run(connection, rows)


def _twice(connection: Connection) -> None:
    _new_receipts.run(connection, [_ROWS[1], _ROWS[1]])


def _twice_as_usual(connection: Connection) -> None:
    connection.execute(_receipt.insert().values(request_id=bindparam("a"), receipt=""), [{"a": "r1"}] * 2)


def _twice_together(connection: Connection) -> None:
    with straight.together(connection):
        _twice(connection)


def _nonsense(connection: Connection) -> None:
    with straight.executed(connection, "SELEKT 1", ()):
        pass


def _nonsense_as_usual(connection: Connection) -> None:
    connection.exec_driver_sql("SELEKT 1")


@pytest.mark.parametrize(
    ("broken", "usual"),
    [(_twice, _twice_as_usual), (_twice_together, _twice_as_usual), (_nonsense, _nonsense_as_usual)],
)
def test_errors_are_those_of_sqlalchemy_without_the_values(
    connection: Connection, broken: Callable[[Connection], None], usual: Callable[[Connection], None]
) -> None:
    with pytest.raises(DBAPIError) as told:
        broken(connection)
    connection.rollback()
    with pytest.raises(DBAPIError) as expected:
        usual(connection)

    assert type(told.value) is type(expected.value)
    assert (type(told.value) is IntegrityError) == (broken is not _nonsense)
    assert (is_away(told.value), told.value.connection_invalidated) == (False, False)
    assert told.value.params is None
