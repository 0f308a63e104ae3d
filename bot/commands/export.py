"""`placet export`: decisions as rows, corrections as pairs to train on."""

from __future__ import annotations

import getpass
import os
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, TextIO

import typer

from bot.commands.console import progress, remark
from bot.commands.files import written_to
from bot.commands.visits import visit
from bot.exporting.exporting import Counted, Exporter, Format, Shape
from bot.exporting.record import ExportQuery, Kind

if TYPE_CHECKING:
    from rich.progress import Progress, TaskID

    from bot.admin import Admin

_DAYS = ["%Y-%m-%d"]


def export(  # noqa: PLR0917 - Typer hands arguments over by name
    kind: Annotated[Kind, typer.Argument(help="What: a row a request, or pairs to train on.")],
    out: Annotated[Path | None, typer.Option(help="The file; without it, standard output.")] = None,
    file_format: Annotated[Format, typer.Option("--format", help="How rows are written.")] = Format.JSONL,
    since: Annotated[datetime | None, typer.Option(formats=_DAYS, help="From this day on (UTC).")] = None,
    until: Annotated[datetime | None, typer.Option(formats=_DAYS, help="Before this day (UTC).")] = None,
    action: Annotated[str, typer.Option(help="Actions of this pattern only, such as refund.*.")] = "*",
    shape: Annotated[Shape, typer.Option(help="For sft as jsonl: what trainers expect.")] = Shape.MESSAGES,
    unmask: Annotated[
        bool, typer.Option("--unmask", help="With masked values; that is put on record.")
    ] = False,
) -> None:
    """Write out what was asked and decided; masked values stay masked, erased requests are left out."""
    exporter = Exporter(kind=kind, format=file_format, shape=shape, unmask=unmask)
    query = ExportQuery(since=_utc(since), until=_utc(until), action=action)
    with progress("Exporting") as bar, written_to(out), _file(out) as file:
        task = bar.add_task("requests", total=None)
        counted = visit(
            lambda admin: _written(
                admin,
                exporter,
                query,
                file,
                lambda done, total: bar.update(task, completed=done, total=total),
            )
        )
    erased = f"; {counted.erased} were left out, because they were erased" if counted.erased else ""
    remark(f"{counted.written} written{f' to {out}' if out else ''}{erased}.")


async def _written(
    admin: Admin,
    exporter: Exporter,
    query: ExportQuery,
    file: TextIO,
    progress: Callable[[int, int], None],
) -> Counted:
    counted, total, done = Counted(), await admin.exports.count(query), 0
    if exporter.unmask:
        await admin.exports.note_unmasked(exporter.kind, query, by=getpass.getuser())
    file.write(exporter.head())
    async for page in admin.exports.pages(query):
        file.writelines(exporter.lines(page.records, counted))
        done += page.looked_at
        progress(done, max(done, total))
    return counted


def _tell(bar: Progress, task: TaskID, done: int, total: int) -> None:
    bar.update(task, completed=done, total=total)


@contextmanager
def _file(out: Path | None) -> Iterator[TextIO]:
    """Standard output; or a file for its owner alone, which is there when it is whole or not at all."""
    if out is None:
        yield sys.stdout
        return
    part = out.with_name(f"{out.name}.part")
    descriptor = os.open(part, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    try:
        with os.fdopen(descriptor, "w", encoding="utf-8", newline="") as file:
            yield file
        part.replace(out)
    except BaseException:  # also when somebody interrupts it: half a file is none
        part.unlink(missing_ok=True)
        raise


def _utc(day: datetime | None) -> datetime | None:
    return None if day is None else day.replace(tzinfo=UTC)
