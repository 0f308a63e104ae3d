"""The long-running processes start with sentences, and end when they are told to."""

import asyncio
import os
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager, suppress
from pathlib import Path
from typing import cast
from urllib.error import URLError
from urllib.request import ProxyHandler, build_opener

import pytest

from bot.app import App
from bot.commands.serve import _until_stopped
from bot.opening import _to_its_end
from tests.commands.conftest import KEY, Placet
from tests.ports import free_port

pytestmark = pytest.mark.usefixtures("installation")

READY = 60.0


@pytest.fixture
def port(monkeypatch: pytest.MonkeyPatch) -> int:
    free = free_port()
    monkeypatch.setenv("PLACET_PORT", str(free))
    return free


@pytest.fixture
def served(port: int) -> Iterator[subprocess.Popen[str]]:
    """`placet serve`, ready."""
    with _serving(port) as process:
        yield process


def _started(command: str) -> subprocess.Popen[str]:
    return subprocess.Popen(
        [sys.executable, "-m", "bot.cli", command], stderr=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    )


@contextmanager
def _serving(port: int) -> Iterator[subprocess.Popen[str]]:
    process = _started("serve")
    try:
        _wait_until_ready(process, port)
        yield process
    finally:
        process.kill()
        process.communicate()


def _wait_until_ready(process: subprocess.Popen[str], port: int) -> None:
    opener = build_opener(ProxyHandler({}))
    until = time.monotonic() + READY
    while time.monotonic() < until:
        assert process.poll() is None, process.communicate()
        with suppress(URLError, OSError), opener.open(f"http://127.0.0.1:{port}/readyz", timeout=2):
            return
        time.sleep(0.05)
    pytest.fail("placet serve did not get ready")


def test_a_server_answers_refuses_a_second_one_and_ends_when_it_is_told_to(
    served: subprocess.Popen[str], placet: Placet
) -> None:
    second = placet("serve")
    listed = placet("keys", "list")
    served.send_signal(signal.SIGTERM)
    _, err = served.communicate(timeout=90)

    assert second.code == 2
    assert "Another Placet process is running on placet.db" in second.err
    assert listed.code == 0
    assert served.returncode == 0
    assert "Placet answers at http://127.0.0.1:" in err
    assert "Traceback" not in err


class _ToldToEndAtTheStart:
    """An application that is told to end before it has started; anything further fails."""

    is_closed = False

    async def start(self, *, listens: bool) -> None:
        os.kill(os.getpid(), signal.SIGTERM)
        for _ in range(10):
            await asyncio.sleep(0)

    async def close(self) -> None:
        self.is_closed = True


@pytest.mark.parametrize("answers", [True, False], ids=["serve", "worker"])
def test_what_is_told_to_end_while_it_starts_takes_nothing(*, answers: bool) -> None:
    app = _ToldToEndAtTheStart()

    asyncio.run(_until_stopped(cast("App", app), works=True, answers=answers))

    assert app.is_closed


@pytest.mark.usefixtures("port")
def test_a_start_that_waits_for_slack_ends_at_once_when_it_is_told_to(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    with closing(socket.create_server(("127.0.0.1", 0))) as silent:
        silent.settimeout(READY)
        monkeypatch.setenv("PLACET_SLACK_API_URL", f"http://127.0.0.1:{silent.getsockname()[1]}/api")
        monkeypatch.setenv("PLACET_SLACK_BOT_TOKEN", "xoxb-1")
        monkeypatch.setenv("PLACET_SLACK_SIGNING_SECRET", "a-signing-secret")
        process = _started("serve")
        try:
            asked, _ = silent.accept()
            process.send_signal(signal.SIGTERM)
            _, err = process.communicate(timeout=READY)
        finally:
            process.kill()
            process.communicate()
        asked.close()

    assert process.returncode == 0
    assert "Traceback" not in err
    # Nobody waited until Slack had been given up.
    assert "Slack" not in err


class _TheMigration:
    """A thread's work that ends when it is let."""

    def __init__(self) -> None:
        self.began, self.may_end = threading.Event(), threading.Event()
        self.has_ended = False

    def __call__(self, url: str) -> None:
        self.began.set()
        assert self.may_end.wait(READY)
        self.has_ended = True


class _Migrates:
    """An application that migrates at its start."""

    def __init__(self, migration: _TheMigration) -> None:
        self._migration = migration
        self.had_ended: bool | None = None

    async def start(self, *, listens: bool) -> None:
        asyncio.get_running_loop().call_soon(self._is_told)
        await _to_its_end(asyncio.to_thread(self._migration, ""))

    async def close(self) -> None:
        self.had_ended = self._migration.has_ended

    def _is_told(self) -> None:
        os.kill(os.getpid(), signal.SIGTERM)
        asyncio.get_running_loop().call_later(0.05, self._migration.may_end.set)


def test_a_migration_is_not_left_to_itself_by_a_process_that_is_told_to_end() -> None:
    app = _Migrates(_TheMigration())

    asyncio.run(_until_stopped(cast("App", app), works=True, answers=True))

    assert app.had_ended


def test_a_running_server_takes_up_a_new_key_when_it_is_told_to(
    monkeypatch: pytest.MonkeyPatch, port: int, placet: Placet
) -> None:
    old, new = KEY, "another-secret-key-of-more-than-32-characters"
    monkeypatch.delenv("PLACET_SECRET_KEY")
    Path(".env").write_text(f"PLACET_SECRET_KEY={old}\n")
    with _serving(port) as process:
        Path(".env").write_text(f"PLACET_SECRET_KEY={new}\n")
        process.send_signal(signal.SIGHUP)
        first = _said(process, "PLACET_SECRET_KEY was")
        Path(".env").write_text(f"PLACET_SECRET_KEY={new},{old}\n")
        process.send_signal(signal.SIGHUP)
        second = _said(process, "PLACET_SECRET_KEY was")
        process.send_signal(signal.SIGTERM)
        _, err = process.communicate(timeout=90)

    assert "was not taken up, the old one holds: It does not open 1 of the stored secrets" in first
    assert "PLACET_SECRET_KEY was taken up." in second
    assert process.returncode == 0
    assert new not in first + second + err
    Path(".env").write_text(f"PLACET_SECRET_KEY={new}\n")
    assert placet("audit", "verify").code == 0


def _said(process: subprocess.Popen[str], words: str) -> str:
    """The next line of the log with these words."""
    if process.stderr is None:
        raise AssertionError("its log is read")
    return next(line for line in process.stderr if words in line)


def test_on_sqlite_somebody_has_to_do_the_work(placet: Placet) -> None:
    ended = placet("serve", "--no-worker")

    assert ended.code == 2
    assert "--no-worker needs PostgreSQL" in ended.err


def test_a_policy_without_reviewers_stops_the_start(placet: Placet) -> None:
    text = Path("policy.yml").read_text()
    people = text[text.index("people:") : text.index("groups:")]
    Path("policy.yml").write_text(text.replace(people, "people: {}\n"))

    ended = placet("serve")

    assert ended.code == 2
    assert "without reviewers nothing starts" in ended.err


@pytest.mark.parametrize("host", ["no-such-machine.example.com", "a..b"])
def test_a_host_that_nobody_knows_is_one_sentence(
    placet: Placet, monkeypatch: pytest.MonkeyPatch, host: str
) -> None:
    monkeypatch.setenv("PLACET_HOST", host)

    ended = placet("serve")

    assert ended.code == 2
    assert f'cannot listen on "{host}": nobody knows a machine of that name. Set PLACET_HOST' in ended.err
