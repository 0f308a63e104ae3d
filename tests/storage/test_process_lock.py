"""The process lock: one long-running process per SQLite file, any number per PostgreSQL."""

import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from bot.domain.errors import Misconfigured
from storage.process_lock import hold

_HOLD = """
import sys
from storage.process_lock import hold
lock = hold(sys.argv[1])
print("held", flush=True)
input()
"""


def test_a_second_process_on_one_file_is_told_what_to_do(tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path / 'placet.db'}"
    other = subprocess.Popen(
        [sys.executable, "-c", _HOLD, url],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        env={**os.environ, "PYTHONPATH": str(Path(__file__).parents[2])},
    )
    try:
        assert other.stdout is not None
        assert other.stdout.readline() == b"held\n"
        with pytest.raises(Misconfigured, match="PLACET_DATABASE_URL"):
            hold(url)
    finally:
        other.send_signal(signal.SIGKILL)
        other.communicate()
    lock = hold(url)
    assert lock is not None
    lock.release()


def test_two_files_are_two_locks(tmp_path: Path) -> None:
    locks = [hold(f"sqlite:///{tmp_path / name}") for name in ("a.db", "b.db")]
    for lock in locks:
        assert lock is not None
        lock.release()


def test_a_server_needs_no_lock() -> None:
    assert hold("postgresql://placet@127.0.0.1/placet") is None


def test_a_folder_that_takes_no_lock_is_a_sentence(tmp_path: Path) -> None:
    (tmp_path / "placet.db.lock").mkdir()

    with pytest.raises(Misconfigured, match=r"placet\.db\.lock cannot be written: .* correct its owner"):
        hold(f"sqlite:///{tmp_path / 'placet.db'}")
