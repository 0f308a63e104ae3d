"""A fresh Placet for the demo: its own folder, its own database, nothing but loopback. Gone afterwards."""

from __future__ import annotations

import asyncio
import secrets
import socket
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from tempfile import TemporaryDirectory

from bot.app import App
from bot.domain.errors import Misconfigured
from bot.policy import load_policy
from bot.settings import Settings

HOST = "127.0.0.1"


@asynccontextmanager
async def installation(port: int, policy: str) -> AsyncIterator[App]:
    """A running installation under this policy, until the block ends."""
    with TemporaryDirectory(prefix="placet-demo-", ignore_cleanup_errors=True) as folder:
        file = _written(Path(folder, "policy.yml"), policy)
        settings = Settings.model_validate(
            {
                "database_url": f"sqlite:///{folder}/placet.db",
                "host": HOST,
                "port": port,
                "policy": file,
                "secret_key": secrets.token_urlsafe(48),
                "callback_allow_networks": "127.0.0.0/8",
            }
        )
        app = App(settings, load_policy(file), demo=True)
        try:
            await app.start()
            async with _serving(app):
                yield app
        finally:
            await app.close()


def _written(file: Path, text: str) -> Path:
    file.write_text(text, encoding="utf-8")
    return file


@asynccontextmanager
async def _serving(app: App) -> AsyncIterator[None]:
    stopped, ready = asyncio.Event(), asyncio.Event()
    serving = asyncio.create_task(app.serve(stopped, works=True, ready=lambda _: ready.set()))
    waiting = asyncio.create_task(ready.wait())
    try:
        await asyncio.wait({serving, waiting}, return_when=asyncio.FIRST_COMPLETED)
        if serving.done():
            await serving
        yield
    finally:
        waiting.cancel()
        stopped.set()
        await serving


def the_port(wanted: int) -> int:
    """The wanted port; raises `Misconfigured` when it is taken."""
    if not _is_free(wanted):
        raise Misconfigured(f"Port {wanted} is in use; leave --port out, or name another one.")
    return wanted


def some_port(preferred: int | None = None) -> int:
    """The preferred port, or any other that is free."""
    if preferred is not None and _is_free(preferred):
        return preferred
    with socket.create_server((HOST, 0)) as listening:
        port: int = listening.getsockname()[1]
        return port


def _is_free(port: int) -> bool:
    try:
        with socket.create_server((HOST, port)):
            return True
    except OSError:
        return False
