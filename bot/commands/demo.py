"""`placet demo`: the main job on this machine alone, to look at or to check."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

from bot.commands.console import remark, say

if TYPE_CHECKING:
    from bot.demo.happening import Happening

#: tried first, so that the address is the one that the documentation names
USUAL_PORT = 8080


def demo(
    once: Annotated[
        bool,
        typer.Option("--once", help="Play it without a browser; ends with 0 when it all worked."),
    ] = False,
    port: Annotated[
        int | None, typer.Option(min=1, max=65535, help="Where to answer; else 8080 or what is free.")
    ] = None,
) -> None:
    """Show an approval from first ask to signed answer: sample agent, three channels, four people."""
    import asyncio

    from bot import logs
    from bot.demo.installation import some_port, the_port
    from bot.own_names import refuse_foreign_names

    refuse_foreign_names()
    logs.configure(level="warning", json_lines=False)
    chosen = the_port(port) if port is not None else some_port(None if once else USUAL_PORT)
    asyncio.run(_play(chosen) if once else _show(chosen))


async def _play(port: int) -> None:
    from bot.demo.chronicle import Chronicle
    from bot.demo.story import FIRST_WAIT, Story
    from bot.demo.workspace import workspace

    chronicle = Chronicle()
    chronicle.listen(lambda happening: say(told(happening)))
    async with workspace(port=port, first_wait=FIRST_WAIT, chronicle=chronicle) as place:
        remark(f"Placet answers at {place.site}, for this run only.")
        await Story(place, chronicle, say).run()
    say("Every callback was signed and verified; every approval was redeemed before the agent acted.")


async def _show(port: int) -> None:
    import asyncio
    import signal

    from bot.demo.chronicle import Chronicle
    from bot.demo.showing import FIRST_WAIT, ask_all
    from bot.demo.workspace import workspace
    from bot.first_request import first_request

    stopped = asyncio.Event()
    for sign in (signal.SIGINT, signal.SIGTERM):
        asyncio.get_running_loop().add_signal_handler(sign, stopped.set)
    chronicle = Chronicle()
    async with workspace(port=port, first_wait=FIRST_WAIT, chronicle=chronicle) as place:
        say(f"Open {place.site} in a browser.")
        remark("Act as one reviewer or another at the top right. Ctrl-C ends it and leaves nothing behind.")
        remark("To ask for something yourself, from another terminal:")
        remark(f"  {first_request(place.site, place.your_key)}")
        chronicle.listen(lambda happening: remark(told(happening)))
        await ask_all(place.agent, stopped)
        await stopped.wait()


def told(happening: Happening) -> str:
    """One happening as a line."""
    about = f": {happening.about}" if happening.about else ""
    details = f" ({'; '.join(happening.details)})" if happening.details else ""
    return f"support-bot · {happening.title}{about}{details}"
