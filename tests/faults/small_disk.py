"""A disk that can be filled and freed: a file system in memory of a few megabytes."""

from __future__ import annotations

import os
import pwd
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

_CHUNK = b"\0" * 65_536


class SmallDisk:
    """Mounted at `path`, which everybody on this machine may enter."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self._ballast = path / "ballast"

    @property
    def room(self) -> int:
        """Bytes that are free."""
        return shutil.disk_usage(self.path).free

    def fill(self) -> None:
        """Leave no room at all."""
        with self._ballast.open("ab", buffering=0) as file:
            for size in (len(_CHUNK), 4096, 1):
                self._write(file.fileno(), _CHUNK[:size])

    def free(self) -> None:
        """Give the room back."""
        self._ballast.unlink()

    @staticmethod
    def _write(file: int, what: bytes) -> None:
        try:
            while os.write(file, what):
                pass
        except OSError:
            return


@contextmanager
def small_disk(megabytes: int) -> Iterator[SmallDisk]:
    """Mount one; skips the test where that is not allowed."""
    path = Path(tempfile.mkdtemp(prefix="placet-disk-"))
    options = f"size={megabytes}m,mode=777"
    mounted = subprocess.run(
        ["mount", "-t", "tmpfs", "-o", options, "tmpfs", str(path)], capture_output=True, check=False
    )
    if mounted.returncode:
        path.rmdir()
        pytest.skip("only the machine's owner may mount a file system")
    path.chmod(0o777)
    try:
        yield SmallDisk(path)
    finally:
        subprocess.run(["umount", "--lazy", str(path)], check=False)
        path.rmdir()


def owned_by_postgres(folder: Path) -> Path:
    """A new folder that the account of the tests' PostgreSQL owns."""
    folder.mkdir(mode=0o700)
    if os.geteuid() == 0:
        account = pwd.getpwnam("nobody")
        os.chown(folder, account.pw_uid, account.pw_gid)
    return folder
