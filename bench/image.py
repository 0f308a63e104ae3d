"""What Placet takes on disk: the packages it is installed with, and what the Dockerfile adds to its base.

Nothing is built for it: both are added up from the files of this environment, which come from the same lock.
"""

from __future__ import annotations

import marshal
import re
from collections.abc import Iterator
from importlib.metadata import PackageNotFoundError, distribution
from pathlib import Path

_ROOT = Path(__file__).parents[1]
_OWN = ("bot", "storage", "adapters")
#: bytes before the code in a compiled file (docs.python.org/3/library/importlib.html, PEP 552)
_HEADER = 16


def installed_bytes() -> int:
    """Bytes of Placet and of every package that it runs with, compiled files not included."""
    return sum(path.stat().st_size for path in _files())


def image_bytes() -> int:
    """Bytes that the image has beside its base: the same, compiled as pip does, and its check of health."""
    compiled = sum(map(_compiled, (path for path in _files() if path.suffix == ".py")))
    return installed_bytes() + compiled + (_ROOT / "deploy" / "healthcheck.py").stat().st_size


def packages() -> list[str]:
    """The packages that are installed with Placet, those not included that only build it."""
    locked = (_ROOT / "requirements" / "runtime.txt").read_text().splitlines()
    names = [re.split(r"\[|==", line)[0] for line in locked if re.match(r"[a-z0-9].*==", line)]
    script = (_ROOT / "deploy" / "install.sh").read_text()
    [leaves] = re.findall(r"into uninstall --yes (.+)", script)
    return [name for name in names if name not in leaves.split()]


def _files() -> Iterator[Path]:
    for package in _OWN:
        yield from (path for path in (_ROOT / package).rglob("*") if _counts(path))
    for name in packages():
        yield from _of_package(name)


def _of_package(name: str) -> Iterator[Path]:
    try:
        package = distribution(name)
    except PackageNotFoundError:
        return  # it is for other systems
    found = (Path(str(package.locate_file(file))) for file in package.files or ())
    yield from (path for path in found if _counts(path))


def _counts(path: Path) -> bool:
    return path.suffix != ".pyc" and path.is_file()


def _compiled(path: Path) -> int:
    try:
        code = compile(path.read_bytes(), str(path), "exec", dont_inherit=True)
    except SyntaxError:
        return 0  # a template for another tool, which pip leaves as well
    return _HEADER + len(marshal.dumps(code))
