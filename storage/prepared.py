"""Statements put into an engine's words once: what the writer runs all the time should not be composed anew.

Composing a Core statement costs ten times what SQLite takes to run it.
"""

from __future__ import annotations

from collections import namedtuple
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from operator import itemgetter
from typing import Any, TypeAlias, TypeVar, cast

from sqlalchemy import BindParameter, Connection, CursorResult, Dialect, bindparam
from sqlalchemy.sql.base import Executable
from sqlalchemy.types import TypeEngine

from storage import straight

T = TypeVar("T")

Build: TypeAlias = Callable[[Dialect], Executable]
#: what was asked for, once it is called for
Later: TypeAlias = Callable[[], T]

#: begins the names of the parameters that are given when a statement is run
_GIVEN = "given_"


def given(name: str, kind: TypeEngine[Any]) -> BindParameter[Any]:
    """A parameter that is given when the statement is run."""
    return bindparam(f"{_GIVEN}{name}", None, type_=kind)


@dataclass(slots=True)
class _Compiled:
    """A statement in one engine's words."""

    sql: str
    #: what the statement itself fixes, by parameter name
    fixed: dict[str, Any]
    #: names of all parameters in their order, for engines that count them
    order: Sequence[str]
    #: whether the engine counts parameters
    positional: bool
    #: makes a row of what the driver returns; from the first result on
    shape: Callable[[Any], Any] | None = None

    def shaped(self, found: list[Any], columns: Any) -> list[Any]:
        """Rows with columns by name, of what the driver returned."""
        shape = self.shape
        if shape is None:
            shape = self.shape = _shape([column[0] for column in columns])
        return list(map(shape, found))

    def values(self, values: dict[str, Any]) -> Any:
        """The parameters as the driver wants them."""
        if self.positional:
            named = {**self.fixed, **values}
            return tuple([named[name] for name in self.order])
        return {**self.fixed, **{f"{_GIVEN}{name}": value for name, value in values.items()}}


class Prepared:
    """A statement with parameters by name; values go to the driver as they are."""

    def __init__(self, build: Build) -> None:
        self._build = build
        self._compiled: dict[str, _Compiled] = {}

    def run(self, connection: Connection, **values: Any) -> CursorResult[Any]:
        """Run it once."""
        compiled = self._in_words_of(connection.dialect)
        return connection.exec_driver_sql(compiled.sql, compiled.values(values))

    def rows(self, connection: Connection, **values: Any) -> list[Any]:
        """Run it once; its rows, with columns by name."""
        compiled = self._in_words_of(connection.dialect)
        with straight.executed(connection, compiled.sql, compiled.values(values)) as cursor:
            return compiled.shaped(cursor.fetchall(), cursor.description)

    def ask(self, connection: Connection, **values: Any) -> Later[list[Any]]:
        """Run it once; its rows once they are called for, until when PostgreSQL may not be waited for."""
        compiled = self._in_words_of(connection.dialect)
        fetched = straight.asked(connection, compiled.sql, compiled.values(values))

        def rows() -> list[Any]:
            found, columns = fetched()
            return compiled.shaped(found, columns)

        return rows

    def touch(self, connection: Connection, **values: Any) -> int:
        """Run it once; how many rows of the table it touched."""
        compiled = self._in_words_of(connection.dialect)
        with straight.executed(connection, compiled.sql, compiled.values(values)) as cursor:
            return int(cursor.rowcount)

    def ask_touched(self, connection: Connection, **values: Any) -> Later[int]:
        """As `touch`; PostgreSQL may not be waited for before the number is called for."""
        compiled = self._in_words_of(connection.dialect)
        return straight.counted(connection, compiled.sql, compiled.values(values))

    def touch_each(self, connection: Connection, rows: Sequence[Mapping[str, Any]]) -> int:
        """Run it once a row, on an engine that counts parameters; how many rows of the table it touched."""
        compiled = self._in_words_of(connection.dialect)
        if compiled.fixed:
            rows = [{**compiled.fixed, **row} for row in rows]
        return straight.execute_each(connection, compiled.sql, list(map(itemgetter(*compiled.order), rows)))

    def _in_words_of(self, dialect: Dialect) -> _Compiled:
        found = self._compiled.get(dialect.name)
        if found is None:
            found = self._compiled[dialect.name] = _compile(self._build(dialect), dialect)
        return found


def _shape(columns: Sequence[str]) -> Callable[[Any], Any]:
    """A constructor of rows whose columns are known only now."""
    row: Any = namedtuple("Row", list(columns), rename=True)  # type: ignore[misc]  # noqa: PYI024
    return cast(Callable[[Any], Any], row._make)


def _compile(statement: Any, dialect: Dialect) -> _Compiled:
    compiled = statement.compile(dialect=dialect, compile_kwargs={"render_postcompile": True})
    fixed = {name: value for name, value in compiled.params.items() if not name.startswith(_GIVEN)}
    order = [name.removeprefix(_GIVEN) for name in compiled.positiontup or ()]
    return _Compiled(str(compiled), fixed, order, dialect.positional)
