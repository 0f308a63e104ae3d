"""The code of an earlier release, taken out of the repository's history."""

from __future__ import annotations

import subprocess
import tarfile
from io import BytesIO
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
_SHIPPED = ("adapters", "bot", "storage")


def code_of(release: str, folder: Path) -> Path:
    """Its packages, in `folder`; skips the test where the history does not reach so far."""
    commit = (ROOT / "tests" / "upgrading" / "dumps" / f"{release}.commit").read_text().strip()
    archive = ["git", "-C", str(ROOT), "archive", "--format=tar", commit, *_SHIPPED]
    try:
        packed = subprocess.run(archive, capture_output=True, check=True).stdout
    except (OSError, subprocess.CalledProcessError):
        pytest.skip(f"the commit of {release} is not in this copy of the repository: fetch the whole history")
    with tarfile.open(fileobj=BytesIO(packed)) as tar:
        tar.extractall(folder, filter="data")
    return folder
