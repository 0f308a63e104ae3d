"""`placet doctor`: every part of an installation, tried out."""

from __future__ import annotations

import asyncio
import logging
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Annotated

import typer

from bot.commands.console import say_json

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence

    from bot.doctor.check import Check
    from bot.doctor.verdict import Verdict
    from bot.settings import Settings


def doctor(
    only: Annotated[
        list[str] | None,
        typer.Option("--only", help="A part or a check alone, such as slack or slack.token; repeatable."),
    ] = None,
    as_json: Annotated[bool, typer.Option("--json", help="Print JSON for programs.")] = False,
) -> None:
    """Try out every part of this installation, and say what to do about what does not work.

    Ends with 0 when all is green, 1 when something is yellow, 2 when something is red. Beside a running
    server or without one; nothing is changed, and nobody is sent anything.
    """
    from bot.doctor.table import Table, counted
    from bot.doctor.verdict import Colour, worst

    table = None if as_json else Table()
    verdicts = asyncio.run(_examined(tuple(only or ()), table.add if table else lambda _: None))
    colour = worst(each.colour for each in verdicts)
    if table is None:
        say_json(_json(verdicts, colour))
    else:
        table.end(counted(verdicts))
    raise typer.Exit({Colour.GREEN: 0, Colour.YELLOW: 1}.get(colour, 2))


async def _examined(only: Sequence[str], tell: Callable[[Verdict], None]) -> list[Verdict]:
    from bot.checkup import checkup, without_settings
    from bot.doctor.hiding import Hiding
    from bot.settings import SettingsError, load_settings

    try:
        settings = load_settings()
    except SettingsError as error:
        return await _told(without_settings(error), only, str, tell)
    _keep_quiet(settings)
    async with checkup(settings) as checks:
        return await _told(checks, only, Hiding(settings), tell)


async def _told(
    checks: Sequence[Check], only: Sequence[str], hide: Callable[[str], str], tell: Callable[[Verdict], None]
) -> list[Verdict]:
    from bot.doctor.running import examine

    _refuse_unknown(only, checks)
    verdicts = []
    async for verdict in examine(checks, only, hide=hide):
        tell(verdict)
        verdicts.append(verdict)
    return verdicts


def _keep_quiet(settings: Settings) -> None:
    """What parts log while they are tried is told by the verdicts, in better words."""
    from bot import logs

    if settings.log_level == "debug":
        logs.configure(level=settings.log_level, json_lines=settings.log_format == "json")
    else:
        logging.getLogger().addHandler(logging.NullHandler())


def _refuse_unknown(only: Iterable[str], checks: Sequence[Check]) -> None:
    from bot.domain.errors import Misconfigured
    from bot.spelling import did_you_mean

    parts = dict.fromkeys(check.part for check in checks)
    names = {*parts, *(check.name for check in checks)}
    for name in only:
        if name not in names and name.partition(".")[0] not in parts:
            raise Misconfigured(
                f'There is nothing called "{name}" to look at.{did_you_mean(name, names)}'
                f" The parts are {', '.join(parts)}."
            )


def _json(verdicts: Iterable[Verdict], colour: str) -> dict[str, object]:
    from importlib.metadata import version

    return {
        "verdict": str(colour),
        "at": datetime.now(UTC),
        "version": version("placet"),
        "checks": [
            {
                "name": each.name,
                "verdict": str(each.colour),
                "about": each.about or None,
                "sentence": each.sentence,
                "remedy": each.remedy or None,
                "took_ms": round(each.took.total_seconds() * 1000),
            }
            for each in verdicts
        ],
    }
