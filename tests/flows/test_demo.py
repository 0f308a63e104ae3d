"""The demo, as somebody runs it: in a process of its own that cannot reach beyond loopback."""

import json
import os
import re
import shlex
import signal
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

import pytest

from tests.ports import free_port

ROOT = Path(__file__).parent.parent.parent
#: seconds that the demo may take on a busy machine
LONG = 150


def _environment(folder: Path) -> Mapping[str, str]:
    return {**os.environ, "PYTHONPATH": f"{ROOT / '.ci/loopback'}:{ROOT}", "TMPDIR": str(folder)}


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Where the demo puts what it needs for its run."""
    temporary = tmp_path / "temporary"
    temporary.mkdir()
    return temporary


def _demo(folder: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "bot.cli", "demo", *arguments],
        env=_environment(folder),
        cwd=folder.parent,
        capture_output=True,
        text=True,
        timeout=LONG,
        check=False,
    )


@contextmanager
def _running(folder: Path, port: int) -> Iterator[subprocess.Popen[str]]:
    process = subprocess.Popen(
        [sys.executable, "-m", "bot.cli", "demo", "--port", str(port)],
        env=_environment(folder),
        cwd=folder.parent,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    try:
        yield process
    finally:
        process.kill()
        process.communicate()


@pytest.fixture(scope="module")
def played(tmp_path_factory: pytest.TempPathFactory) -> tuple[subprocess.CompletedProcess[str], Path]:
    """One run of `placet demo --once`, and the folder it had for itself."""
    temporary = tmp_path_factory.mktemp("played") / "temporary"
    temporary.mkdir()
    return _demo(temporary, "--once"), temporary


def test_the_main_job_runs_from_first_ask_to_signed_answer(
    played: tuple[subprocess.CompletedProcess[str], Path],
) -> None:
    run, _ = played

    assert run.returncode == 0, run.stderr
    verified = re.findall(r"(approval\.\w+): .*\(Signature verified, msg_", run.stdout)
    assert sorted(verified) == [
        "approval.approved",
        "approval.approved",
        "approval.approved",
        "approval.approved",
        "approval.approved",
        "approval.escalated",
        "approval.rejected",
        "approval.reverted",
    ]
    assert run.stdout.count("Redeemed sha256:") == 5
    assert run.stdout.count("Reported: succeeded") == 5
    assert run.stdout.count("Reported: reverted") == 1
    assert "Approved by Ann and Cat" in run.stdout


def test_a_played_demo_leaves_nothing_behind(
    played: tuple[subprocess.CompletedProcess[str], Path],
) -> None:
    run, temporary = played

    assert run.returncode == 0, run.stderr
    assert list(temporary.iterdir()) == []
    assert list(temporary.parent.iterdir()) == [temporary]


def test_the_demo_says_where_it_is_and_fills_its_inbox_by_itself(folder: Path) -> None:
    port = free_port()
    with _running(folder, port) as process:
        assert process.stdout is not None
        assert process.stdout.readline() == f"Open http://127.0.0.1:{port} in a browser.\n"

        page = _page_with(f"http://127.0.0.1:{port}/", cards=5)
        for name in ("Ann", "Ben", "Cat", "#support", "#refunds", "#leads", "The sample agent"):
            assert name in page


def test_whoever_looks_on_asks_with_the_line_that_the_demo_prints(folder: Path) -> None:
    with _running(folder, free_port()) as process:
        assert process.stderr is not None
        line = next(line for line in process.stderr if line.startswith("  curl "))
        _, address, *flags = shlex.split(line)
        headers = dict(flag.split(": ", 1) for flag in flags[1:4:2])

        with urllib.request.urlopen(urllib.request.Request(address, flags[-1].encode(), headers)) as answer:
            asked = json.load(answer)

    assert flags[0::2] == ["-H", "-H", "-d"]
    assert (asked["agent"], asked["status"]) == ("your-agent", "pending")


def test_the_demo_ends_when_it_is_told_to_and_leaves_nothing_behind(folder: Path) -> None:
    with _running(folder, free_port()) as process:
        assert process.stdout is not None
        process.stdout.readline()

        process.send_signal(signal.SIGINT)
        _, errors = process.communicate(timeout=LONG)

        assert process.returncode == 0, errors
        assert "Traceback" not in errors
    assert list(folder.iterdir()) == []


def _page_with(address: str, cards: int) -> str:
    ends_at, page = time.monotonic() + LONG, ""
    while time.monotonic() < ends_at:
        with urllib.request.urlopen(address) as response:
            page = str(response.read(), "utf-8")
        if page.count("<article") == cards:
            return page
        time.sleep(0.2)
    raise AssertionError(f"The inbox never had {cards} cards: {page}")


def test_a_port_that_is_taken_is_told_in_a_sentence(folder: Path) -> None:
    port = free_port()
    with _running(folder, port) as process:
        assert process.stdout is not None
        process.stdout.readline()

        second = _demo(folder, "--once", "--port", str(port))

    assert second.returncode != 0
    assert second.stderr == f"Port {port} is in use; leave --port out, or name another one.\n"
