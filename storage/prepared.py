"""Statements put into an engine's words once: what the writer runs all the time should not be composed anew.

Composing a Core statement costs ten times what SQLite takes to run it.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from operator import itemgetter
from typing import Any, TypeAlias

from sqlalchemy import BindParameter, Connection, CursorResult, Dialect, bindparam
from sqlalchemy.sql.base import Executable
from sqlalchemy.types import TypeEngine

Build: TypeAlias = Callable[[Dialect], Executable]

#: begins the names of the parameters that are given when a statement is run
_GIVEN = "given_"


def given(name: str, kind: TypeEngine[Any]) -> BindParameter[Any]:
    """A parameter that is given when the statement is run."""
    return bindparam(f"{_GIVEN}{name}", None, type_=kind)


@dataclass(frozen=True, slots=True)
class _Compiled:
    """A statement in one engine's words."""

    sql: str
    #: what the statement itself fixes, by parameter name
    fixed: dict[str, Any]
    #: names of all parameters in their order, for engines that count them
    order: Sequence[str]


class Prepared:
    """A statement with parameters by name; values go to the driver as they are."""

    def __init__(self, build: Build) -> None:
        self._build = build
        self._compiled: dict[str, _Compiled] = {}

    def run(self, connection: Connection, **values: Any) -> CursorResult[Any]:
        """Run it once."""
        compiled = self._in_words_of(connection.dialect)
        if connection.dialect.positional:
            named = {**compiled.fixed, **values}
            return connection.exec_driver_sql(compiled.sql, tuple(named[name] for name in compiled.order))
        named = {f"{_GIVEN}{name}": value for name, value in values.items()}
        return connection.exec_driver_sql(compiled.sql, {**compiled.fixed, **named})

    def run_each(self, connection: Connection, rows: Sequence[Mapping[str, Any]]) -> CursorResult[Any]:
        """Run it once a row, on an engine that counts parameters."""
        compiled = self._in_words_of(connection.dialect)
        pick = itemgetter(*compiled.order)
        if compiled.fixed:
            rows = [{**compiled.fixed, **row} for row in rows]
        return connection.exec_driver_sql(compiled.sql, [pick(row) for row in rows])

    def _in_words_of(self, dialect: Dialect) -> _Compiled:
        found = self._compiled.get(dialect.name)
        if found is None:
            found = self._compiled[dialect.name] = _compile(self._build(dialect), dialect)
        return found


def _compile(statement: Any, dialect: Dialect) -> _Compiled:
    compiled = statement.compile(dialect=dialect, compile_kwargs={"render_postcompile": True})
    fixed = {name: value for name, value in compiled.params.items() if not name.startswith(_GIVEN)}
    order = [name.removeprefix(_GIVEN) for name in compiled.positiontup or ()]
    return _Compiled(str(compiled), fixed, order)
