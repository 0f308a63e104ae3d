"""Makes checks side by side: each within its time, and none stopped by what becomes of another."""

from __future__ import annotations

import asyncio
import logging
import time
from collections.abc import AsyncIterator, Callable, Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import timedelta

from bot.doctor.check import Check
from bot.doctor.verdict import Colour, Finding, Verdict, red, skipped
from bot.domain.errors import PlacetError

_log = logging.getLogger(__name__)


async def examine(
    checks: Iterable[Check],
    only: Iterable[str] = (),
    *,
    hide: Callable[[str], str] = lambda sentence: sentence,
) -> AsyncIterator[Verdict]:
    """The verdicts in the order of the checks, each as soon as it is there.

    With `only`, of these parts or checks alone, and of what keeps them from being looked at. `hide` takes out
    of a sentence what nobody may read.
    """
    known = {check.name: check for check in checks}
    chosen = [check for check in known.values() if _is_chosen(check, tuple(only))]
    asked = {check.name: check for check in chosen}
    running: dict[str, asyncio.Task[Sequence[Verdict]]] = {}
    for name in _with_needs(chosen, known):
        running[name] = asyncio.create_task(_made(known[name], running), name=name)
    try:
        for name in (*(name for name in running if name not in asked), *asked):
            for verdict in await running[name]:
                if name in asked or _is_in_the_way(verdict):
                    yield _hidden(verdict, hide)
    finally:
        for task in running.values():
            task.cancel()


def _is_chosen(check: Check, only: tuple[str, ...]) -> bool:
    return not only or check.name in only or check.part in only


def _is_in_the_way(verdict: Verdict) -> bool:
    """Whether it keeps others from being looked at, so that it is told although nobody asked for it."""
    return verdict.stops and verdict.colour is not Colour.SKIPPED


def _with_needs(chosen: Iterable[Check], known: Mapping[str, Check]) -> tuple[str, ...]:
    """The names of checks and of all that they need, every need in front of what needs it."""
    found: dict[str, None] = {}

    def add(check: Check) -> None:
        for need in check.needs:
            add(known[need])
        found[check.name] = None

    for check in chosen:
        add(check)
    return tuple(found)


async def _made(check: Check, running: Mapping[str, asyncio.Task[Sequence[Verdict]]]) -> Sequence[Verdict]:
    needed = [verdict for need in check.needs for verdict in await running[need]]
    begun = time.monotonic()
    hindrance = next((verdict for verdict in needed if verdict.stops), None)
    found = [_hindered(hindrance)] if hindrance is not None else await _looked(check)
    took = timedelta(seconds=time.monotonic() - begun)
    return [_verdict(check.name, finding, took) for finding in found]


def _hindered(hindrance: Verdict) -> Finding:
    if hindrance.colour is Colour.SKIPPED:
        # Whatever kept that one from being looked at is the reason here too.
        return skipped(hindrance.sentence)
    return skipped(f"This was not looked at, because {hindrance.name} is {hindrance.colour}.")


async def _looked(check: Check) -> Sequence[Finding]:
    try:
        async with asyncio.timeout(check.limit.total_seconds()):
            found = await check.look()
    except TimeoutError:
        return [_late(check)]
    except PlacetError as error:
        return [red(error.sentence, "")]
    except Exception as error:  # noqa: BLE001 - one check's failure never stops the others
        _log.debug("The check %s failed.", check.name, exc_info=True)
        return [_failed(error)]
    return [found] if isinstance(found, Finding) else found


def _late(check: Check) -> Finding:
    seconds = check.limit.total_seconds()
    return red(
        f"There was no result within {seconds:g} seconds.",
        f"Try `placet doctor --only {check.name}` again; if it stays so, look at the network and at what it"
        " asks.",
    )


def _failed(error: Exception) -> Finding:
    return red(
        f"The check itself failed ({type(error).__name__}), so nothing is known of this.",
        "Please report this with what PLACET_LOG_LEVEL=debug writes to standard error.",
    )


def _verdict(name: str, finding: Finding, took: timedelta) -> Verdict:
    return Verdict(
        name=name,
        colour=finding.colour,
        sentence=finding.sentence,
        remedy=finding.remedy,
        about=finding.about,
        stops=finding.stops,
        took=took,
    )


def _hidden(verdict: Verdict, hide: Callable[[str], str]) -> Verdict:
    return replace(verdict, sentence=hide(verdict.sentence), remedy=hide(verdict.remedy))
