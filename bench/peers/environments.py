"""Where peers are installed: an environment for each, made by `make peers`, never Placet's own."""

from __future__ import annotations

from pathlib import Path

from bench.figure import NotInstalled

_ROOT = Path(__file__).parents[2]
#: what `make peers` makes
FOLDER = _ROOT / ".cache" / "peers"
LOCKS = Path(__file__).parent / "locks"
REMEDY = "Install it beside Placet, in an environment of its own, with: make peers"


def program(peer: str, name: str) -> Path:
    """A program of an installed peer; raises NotInstalled."""
    path = FOLDER / peer / "bin" / name
    if not path.exists():
        raise NotInstalled(f"{peer} is not on this machine. {REMEDY}")
    return path


def version(peer: str) -> str:
    """The version that is pinned."""
    lines = (LOCKS / f"{peer}.in").read_text().splitlines()
    return next(line.partition("==")[2] for line in lines if line.startswith(peer))
