"""`placet doctor`: every part of an installation, tried out."""

from __future__ import annotations

import asyncio
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Annotated

import typer

from bot.commands.console import say_json

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from bot.doctor.check import Check
    from bot.doctor.verdict import Verdict


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

    checks, hide = _checks()
    _known(only or (), checks)
    table = None if as_json else Table()
    verdicts = asyncio.run(_examined(checks, only or (), hide, table.add if table else lambda _: None))
    colour = worst(each.colour for each in verdicts)
    if table is None:
        say_json(_json(verdicts, colour))
    else:
        table.end(counted(verdicts))
    raise typer.Exit({Colour.GREEN: 0, Colour.YELLOW: 1}.get(colour, 2))


def _checks() -> tuple[tuple[Check, ...], Callable[[str], str]]:
    from bot.checkup import checks, checks_without_settings
    from bot.doctor.hiding import Hiding
    from bot.settings import SettingsError, load_settings

    try:
        settings = load_settings()
    except SettingsError as error:
        return checks_without_settings(error), str
    return checks(settings), Hiding(settings)


def _known(only: Iterable[str], checks: Iterable[Check]) -> None:
    from bot.domain.errors import Misconfigured
    from bot.spelling import did_you_mean

    parts = dict.fromkeys(check.part for check in checks)
    names = {*parts, *(check.name for check in checks)}
    for name in only:
        if name not in names:
            raise Misconfigured(
                f'There is nothing called "{name}" to look at.{did_you_mean(name, names)}'
                f" The parts are {', '.join(parts)}."
            )


async def _examined(
    checks: Iterable[Check],
    only: Iterable[str],
    hide: Callable[[str], str],
    tell: Callable[[Verdict], None],
) -> list[Verdict]:
    from bot.doctor.running import examine

    verdicts = []
    async for verdict in examine(checks, only, hide=hide):
        tell(verdict)
        verdicts.append(verdict)
    return verdicts


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
