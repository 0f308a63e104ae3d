"""`placet serve` and `placet worker`: the long-running processes."""

from __future__ import annotations

import asyncio
import errno
import logging
import os
import signal
import socket
from typing import TYPE_CHECKING, Annotated

import typer

from bot.collecting import collect_seldom
from bot.commands.console import remark
from bot.commands.visits import current_policy, database_errors_told
from bot.domain.errors import Misconfigured

if TYPE_CHECKING:
    from bot.app import App
    from bot.settings import Settings

_CANNOT_LISTEN = (errno.EADDRINUSE, errno.EACCES, errno.EADDRNOTAVAIL)

_log = logging.getLogger(__name__)


def serve(
    no_worker: Annotated[
        bool, typer.Option("--no-worker", help="Leave timers and deliveries to `placet worker` (PostgreSQL).")
    ] = False,
) -> None:
    """Answer agents, Slack and browsers, and carry decisions outward."""
    settings = _ready()
    if no_worker and settings.database_url.startswith("sqlite"):
        raise Misconfigured(
            "--no-worker needs PostgreSQL: SQLite serves one long-running process, so nobody would do"
            " the work. Leave it out, or set PLACET_DATABASE_URL."
        )
    _run(settings, works=not no_worker, answers=True)


def worker() -> None:
    """Carry decisions outward and fire timers, beside `placet serve --no-worker` on PostgreSQL."""
    _run(_ready(), works=True, answers=False)


def _ready() -> Settings:
    from bot import logs
    from bot.own_names import refuse_foreign_names
    from bot.setting_warnings import setting_warnings
    from bot.settings import load_settings

    # Until there is somebody to listen, it must not end what is starting.
    signal.signal(signal.SIGHUP, signal.SIG_IGN)
    refuse_foreign_names()
    settings = load_settings()
    logs.configure(level=settings.log_level, json_lines=settings.log_format == "json")
    for sentence in setting_warnings(settings):
        _log.warning("%s", sentence)
    return settings


def _run(settings: Settings, *, works: bool, answers: bool) -> None:
    from adapters.agents.connection_room import ask_for_files
    from bot.app import App

    ask_for_files()
    policy = current_policy(settings)
    with database_errors_told():
        asyncio.run(_until_stopped(App(settings, policy), works=works, answers=answers))


async def _until_stopped(app: App, *, works: bool, answers: bool) -> None:
    stopped = asyncio.Event()
    loop = asyncio.get_running_loop()
    for sign in (signal.SIGINT, signal.SIGTERM):
        loop.add_signal_handler(sign, stopped.set)
    # What comes before everything has started waits until then.
    told, had_terminal = asyncio.Event(), os.isatty(0)

    def hung_up() -> None:
        (stopped if had_terminal and _terminal_is_gone() else told).set()

    loop.add_signal_handler(signal.SIGHUP, hung_up)
    following: asyncio.Task[None] | None = None
    try:
        if not await _started(app, stopped, listens=answers):
            return
        following = asyncio.create_task(app.reloading.whenever(told), name="following the settings")
        collect_seldom()
        if answers:
            await _answer(app, stopped, works=works)
        else:
            await app.work(stopped)
    finally:
        if following is not None:
            following.cancel()
            await asyncio.gather(following, return_exceptions=True)
        await app.close()


async def _started(app: App, stopped: asyncio.Event, *, listens: bool) -> bool:
    """Whether it started before it was told to end: then a platform that is silent is not waited for."""
    starting = asyncio.create_task(app.start(listens=listens), name="starting")
    told = asyncio.create_task(stopped.wait(), name="being told to end")
    try:
        await asyncio.wait((starting, told), return_when=asyncio.FIRST_COMPLETED)
        if starting.done():
            await starting
        return not stopped.is_set()
    finally:
        for task in (starting, told):
            task.cancel()
        await asyncio.gather(starting, told, return_exceptions=True)


def _terminal_is_gone() -> bool:
    """Whether SIGHUP came because the terminal was closed, and not to have the settings read again."""
    try:
        os.tcgetpgrp(0)
    except OSError:
        return True
    return False


async def _answer(app: App, stopped: asyncio.Event, *, works: bool) -> None:
    try:
        await app.serve(stopped, works=works, ready=lambda url: remark(f"Placet answers at {url}"))
    except (socket.gaierror, UnicodeError):
        raise Misconfigured(
            f'Placet cannot listen on "{app.settings.host}": nobody knows a machine of that name.'
            " Set PLACET_HOST to an address of this machine, such as 127.0.0.1."
        ) from None
    except OSError as error:
        if error.errno not in _CANNOT_LISTEN:
            raise
        where = f"{app.settings.host}:{app.settings.port}"
        raise Misconfigured(
            f"Placet cannot listen on {where}: {error.strerror or error}. Stop what listens there, or set"
            " PLACET_HOST or PLACET_PORT."
        ) from None
