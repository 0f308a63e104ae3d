"""What commands print: results on standard output, everything else on standard error."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import asdict, is_dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any
from unicodedata import category

if TYPE_CHECKING:
    from rich.progress import Progress

#: characters in a line where nobody looks at a terminal
_WIDE = 240


def say(text: str) -> None:
    """One result; of what a terminal would obey or hide, whoever wrote it, the name is printed."""
    say_as_it_is(_seen(text))


def say_as_it_is(text: str) -> None:
    """A text that is kept or read by a program."""
    print(text)  # noqa: T201 - standard output is what a command answers with


def remark(text: str) -> None:
    """Something beside the result; as `say`."""
    print(_seen(text), file=sys.stderr)  # noqa: T201 - standard error is for people


def say_json(value: Any) -> None:
    """A result for programs; what cannot be seen is escaped, as JSON allows of any character."""
    text = json.dumps(value, ensure_ascii=False, indent=2, default=_plain)
    say_as_it_is("".join(c if _is_seen(c) else json.dumps(c)[1:-1] for c in text))


def say_table(headings: Sequence[str], rows: Iterable[Sequence[str]]) -> None:
    """Rows under headings; no cell is cut where the output is not a terminal."""
    from rich import box
    from rich.console import Console
    from rich.table import Column, Table
    from rich.text import Text

    table = Table(*(Column(each, overflow="fold") for each in headings), box=box.SIMPLE_HEAD, pad_edge=False)
    for row in rows:
        table.add_row(*(Text(" ".join(_seen(cell).split("\n")), overflow="fold") for cell in row))
    console = Console()
    if not console.is_terminal:
        console = Console(width=_WIDE)
    console.print(table)


def moment(at: datetime | None) -> str:
    """A time as tables show it."""
    return "" if at is None else at.strftime("%Y-%m-%d %H:%M:%S UTC")


@contextmanager
def progress(doing: str) -> Iterator[Progress]:
    """A bar on standard error while something takes long."""
    from rich.console import Console
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

    columns = (TextColumn(doing), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn())
    with Progress(*columns, console=Console(stderr=True), transient=True) as bar:
        yield bar


@contextmanager
def spinner(doing: str) -> Iterator[None]:
    """A sign of life on standard error while something is waited for."""
    from rich.console import Console

    with Console(stderr=True).status(doing):
        yield


def _seen(text: str) -> str:
    return "".join(c if _is_seen(c) else f"⟨U+{ord(c):04X}⟩" for c in text)


def _is_seen(character: str) -> bool:
    """Whether it is a letter or sign that stands where it was written, or a blank, or the end of a line."""
    return character.isprintable() or character in "\n\t" or category(character) == "Zs"


def _plain(value: Any) -> Any:
    if isinstance(value, datetime):
        return value.isoformat()
    if is_dataclass(value) and not isinstance(value, type):
        return asdict(value)
    return str(value)
