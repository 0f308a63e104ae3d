"""Rows as lines: JSON, one object a line; or CSV after RFC 4180 in which no cell is a formula.

Spreadsheets run a cell that begins with = + - @, a tab or a carriage return (owasp.org, CSV Injection). Such
a text gets an apostrophe in front, which they take for "this is text"; numbers are numbers, and stay.
All cells are quoted: where semicolons separate, as in much of Europe, an unquoted one could come apart.
"""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Mapping, Sequence
from datetime import datetime
from decimal import Decimal
from typing import Any, Protocol

#: the wide forms are the same to spreadsheets that were set up for Chinese or Japanese
_RISKY = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")


class Lines(Protocol):
    """Turns rows into text, one after the other."""

    def head(self) -> str:
        """What stands before the first row."""

    def line(self, row: Mapping[str, Any]) -> str:
        """One row, with the end of its line."""


class JsonLines:
    """One JSON object a line."""

    def head(self) -> str:
        """Nothing."""
        return ""

    def line(self, row: Mapping[str, Any]) -> str:
        """One object."""
        return _encodable(f"{as_json(row)}\n")


class SafeCsv:
    """Comma-separated, quoted where it has to be, with CRLF."""

    def __init__(self, columns: Sequence[str]) -> None:
        self._columns = columns

    def head(self) -> str:
        """The names of the columns."""
        return _written(self._columns)

    def line(self, row: Mapping[str, Any]) -> str:
        """One row; what is no simple value stands in its cell as JSON."""
        return _written([cell(row.get(name)) for name in self._columns])


def cell(value: Any) -> str:
    """A value as a cell that no spreadsheet runs."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, int | float | Decimal):
        return str(value)
    text = value if isinstance(value, str) else _plain(value)
    return f"'{text}" if text.startswith(_RISKY) or text.lstrip().startswith(_RISKY) else text


def as_json(value: Any) -> str:
    """JSON on one line, with every character as it is."""
    return json.dumps(value, ensure_ascii=False, default=_plain)


def _plain(value: Any) -> str:
    if isinstance(value, datetime):
        return value.isoformat()
    return str(value) if isinstance(value, Decimal) else as_json(value)


def _written(cells: Sequence[str]) -> str:
    line = io.StringIO()
    csv.writer(line, lineterminator="\r\n", quoting=csv.QUOTE_ALL).writerow(cells)
    return _encodable(line.getvalue())


def _encodable(text: str) -> str:
    """Half a surrogate pair, which an agent may have sent, is no character of any file."""
    return text.encode(errors="replace").decode()
