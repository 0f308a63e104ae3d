"""`placet audit export`: the audit whole, for whoever verifies it; or event by event, for monitoring."""

from __future__ import annotations

import asyncio
import os
import sys
from collections.abc import AsyncIterator, Callable, Iterator, Sequence
from contextlib import contextmanager
from enum import StrEnum
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, BinaryIO

import typer

from bot.commands.console import progress, remark
from bot.commands.files import written_to
from bot.commands.visits import visit
from bot.domain.errors import Invalid

if TYPE_CHECKING:
    from bot.admin import Admin
    from bot.auditing.told_event import ToldEvent

#: seals that are read at once
SEALS = 50
#: how long to wait for the next seal (seconds); one is made in a second
FOLLOW_EVERY = 1.0


class AuditFormat(StrEnum):
    """How the audit is written."""

    JSONL = "jsonl"  # whole, to be verified
    ECS = "ecs"
    CEF = "cef"


def export(
    out: Annotated[Path | None, typer.Option(help="The file; without it, standard output.")] = None,
    form: Annotated[
        AuditFormat,
        typer.Option("--format", help="jsonl: whole, to be verified; ecs, cef: a line an event, to monitor."),
    ] = AuditFormat.JSONL,
    private: Annotated[
        bool, typer.Option("--private", help="For jsonl: with names and what people wrote.")
    ] = False,
    cursor: Annotated[
        Path | None,
        typer.Option(
            help="For ecs and cef: where it is kept how far one came; goes on there.", dir_okay=False
        ),
    ] = None,
    follow: Annotated[
        bool, typer.Option("--follow", help="For ecs and cef: go on with what is sealed from now on.")
    ] = False,
) -> None:
    """Write out the audit: for `placet audit verify --export`, or for security monitoring."""
    if form is AuditFormat.JSONL:
        if cursor is not None or follow:
            raise Invalid("--cursor and --follow are for ecs and cef; jsonl is always the whole audit.")
        _whole(out, private=private)
        return
    if private:
        raise Invalid("--private is for jsonl; sentences for monitoring hold what people wrote until erased.")
    with written_to(out), _opened(out, "ab") as file:
        done = visit(lambda admin: _lines(admin, form, file, cursor, follow=follow))
    remark(f"{done} events written{f' to {out}' if out else ''}.")


def _whole(out: Path | None, *, private: bool) -> None:
    with progress("Exporting") as bar, written_to(out), _whole_file(out) as file:
        task = bar.add_task("events", total=None)
        visit(
            lambda admin: admin.export_audit(
                file.write,
                private=private,
                progress=lambda done, total: bar.update(task, completed=done, total=total),
            )
        )


async def _lines(
    admin: Admin, form: AuditFormat, file: BinaryIO, cursor: Path | None, *, follow: bool
) -> int:
    from importlib.metadata import version

    from bot.auditing.siem import SiemFormat, line

    written = 0
    async for last, events in _pages(admin, _read_cursor(cursor), follow=follow):
        text = "".join(f"{line(event, SiemFormat(form.value), version('placet'))}\n" for event in events)
        file.write(text.encode())
        file.flush()
        # After the lines: whoever is stopped in between writes some of them again, and leaves none out.
        _keep_cursor(cursor, last)
        written += len(events)
    return written


async def _pages(admin: Admin, after: int, *, follow: bool) -> AsyncIterator[tuple[int, Sequence[ToldEvent]]]:
    while True:
        last, events = await admin.audit_after(after, SEALS)
        if last == after:
            if not follow:
                return
            await asyncio.sleep(FOLLOW_EVERY)
            continue
        after = last
        yield last, events


def _read_cursor(cursor: Path | None) -> int:
    if cursor is None or not cursor.exists():
        return 0
    text = cursor.read_text("utf-8").strip()
    if not (text.isascii() and text.isdigit()):
        raise Invalid(f"{cursor} does not hold the number of a seal; remove it to begin anew.")
    return int(text)


def _keep_cursor(cursor: Path | None, seal: int) -> None:
    if cursor is None:
        return
    part = cursor.with_name(f"{cursor.name}.part")
    part.write_text(f"{seal}\n", "utf-8")
    part.replace(cursor)


@contextmanager
def _whole_file(out: Path | None) -> Iterator[BinaryIO]:
    """Standard output; or a file that is there when it is whole or not at all."""
    if out is None:
        yield sys.stdout.buffer
        return
    part = out.with_name(f"{out.name}.part")
    try:
        with _opened(part, "wb") as file:
            yield file
        part.replace(out)
    except BaseException:  # also when somebody interrupts it: half an export is none
        part.unlink(missing_ok=True)
        raise


@contextmanager
def _opened(path: Path | None, mode: str) -> Iterator[BinaryIO]:
    """Standard output; or a file for its owner alone."""
    if path is None:
        yield sys.stdout.buffer
        return
    opener: Callable[[str, int], int] = partial(os.open, mode=0o600)
    with open(path, mode, opener=opener) as file:
        yield file  # type: ignore[misc]  # both modes are of bytes
