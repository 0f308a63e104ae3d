"""What follows a press: Slack's answer, the changed card and the callback, alone and at 32 in flight.

The measuring process is Slack and the agent platform, so that all moments are of one clock; Placet is a
process of its own, as its operators run it. The base is a relay that commits a row and passes the body on.
"""

from __future__ import annotations

import asyncio
from collections.abc import Iterator, Mapping, Sequence
from contextlib import AsyncExitStack

import aiohttp

from bench.company import channel, serving
from bench.exhibits import picture
from bench.figure import figure
from bench.presses import EACH, Followed, Pressing
from bench.reading import Reading
from bench.receivers import Receivers
from bench.relaying import relayed
from bench.run import POSTGRES, SPELLED, SQLITE, Run
from bench.servers import started
from bench.slack import TimedSlack
from bench.spelling import spelled
from bench.svg import Bar, bars
from bench.times import Bounds, times

IN_FLIGHT = 32
#: presses that nothing is measured of: connections are opened, caches filled
WARM_UP = 6
#: how many are in flight, as names tell it
LOADS = {"alone": 1, f"{IN_FLIGHT} in flight": IN_FLIGHT}
#: most milliseconds after a press
BOUNDS: Mapping[tuple[str, str], Bounds] = {
    ("alone", "told"): {"p50": 25.0, "p99": 60.0},
    ("alone", "shown"): {"p50": 25.0},
    (f"{IN_FLIGHT} in flight", "told"): {"p99": 250.0},
}


@figure("following")
def following(run: Run) -> Iterator[Reading]:
    """What follows a press (answer, changed card, callback), beside a bare relay's commit and POST."""
    many = {"alone": run.pick(120, 6), f"{IN_FLIGHT} in flight": run.pick(600, 12)}
    # To see that it works, one database is enough.
    for engine in run.engines[: run.pick(2, 1)]:
        with run.database(engine) as url:
            bases = _relayed(url, engine, many)
        with run.database(engine) as url:
            followed = asyncio.run(_pressed(url, many, run.pick(EACH, 1)))
        for load in LOADS:
            yield from bases[load]
            yield from _readings(load, engine, followed[load], bases[load])


@picture("following", "Milliseconds from a press to its callback, the goals as marks")
def following_picture(readings: Sequence[Reading]) -> str:
    """Medians and the slowest hundredths."""
    rows = [
        Bar(
            label=_label(reading),
            value=reading.value,
            text=spelled(reading.value, reading.unit),
            limit=reading.bound,
            kind=(SQLITE in reading.name) + 2 * (POSTGRES in reading.name) if "told" in reading.name else 0,
        )
        for reading in readings
        if reading.name.startswith(("relayed ", "told ")) and reading.base is None
    ]
    return bars("Milliseconds from a press to the callback", rows)


def _label(reading: Reading) -> str:
    """Short enough for the picture's margin."""
    load, engine, measure = reading.name.split("/")
    return f"{load.removesuffix(' in flight')} {SPELLED[engine]} {measure}"


def _relayed(url: str, engine: str, many: Mapping[str, int]) -> dict[str, list[Reading]]:
    with started("bench.relay_server", url) as relay:
        seconds = {
            load: asyncio.run(relayed(relay, many[load], in_flight)) for load, in_flight in LOADS.items()
        }
    return {load: list(times(f"relayed {load}/{engine}", each)) for load, each in seconds.items()}


async def _pressed(url: str, many: Mapping[str, int], each: int) -> dict[str, list[Followed]]:
    channels = -(-(sum(many.values()) + WARM_UP) // each)
    async with AsyncExitStack() as stack:
        slack = await stack.enter_async_context(TimedSlack())
        receivers = await stack.enter_async_context(Receivers())
        for number in range(channels):
            slack.add_channel(channel(number))
        serve = serving(url, channels=channels, slack_api=slack.api_url)
        placet, headers = await stack.enter_async_context(serve)
        slack.connect(placet.slack_request_url)
        agent = await stack.enter_async_context(aiohttp.ClientSession(placet.url, headers=headers))
        pressing = Pressing(slack, receivers)
        await pressing.prepare(agent, channels, each)
        await pressing.press(WARM_UP, in_flight=1)
        return {load: await pressing.press(many[load], at_once) for load, at_once in LOADS.items()}


def _readings(
    load: str, engine: str, followed: Sequence[Followed], base: Sequence[Reading]
) -> Iterator[Reading]:
    for what in ("answered", "shown", "told"):
        seconds = [getattr(each, what) for each in followed]
        measured = times(f"{what} {load}/{engine}", seconds, BOUNDS.get((load, what)))
        for reading, beside in zip(measured, base, strict=True):
            yield reading
            if what == "told":
                yield Reading(
                    name=f"{reading.name} of relayed", value=reading.value, unit=reading.unit
                ).beside(beside)
