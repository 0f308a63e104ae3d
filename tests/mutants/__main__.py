"""Breaks a copy of the code in every way of the catalogue, and sees that the named tests notice.

    python -m tests.mutants [words of a mutant's sentence …]

Ends with 1 when a mutant survives, when one does not apply any longer, or when its tests fail without it.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from tests.mutants.catalogue import MUTANTS
from tests.mutants.mutant import DoesNotApplyError, Mutant

_ROOT = Path(__file__).parents[2]
_LONGEST_S = 600
_TESTS_FAILED = 1
CAUGHT, SURVIVED = "caught", "SURVIVED"


def main(words: list[str]) -> int:
    """Try those whose sentence has one of the words, or all; how many went wrong, 1 at the most."""
    chosen = [each for each in MUTANTS if not words or any(word in each.breaks for word in words)]
    with tempfile.TemporaryDirectory(prefix="placet-mutants-") as folder:
        copy = _copied(Path(folder) / "tree")
        named = sorted({test for mutant in chosen for test in mutant.tests})
        status, said = _tested(copy, named, stops=False)
        if status:
            _say(f"Without any mutant the tests fail already:\n{said[-3000:]}")
            return 1
        _say(f"{len(chosen)} mutants; without them {len(named)} files and tests pass.")
        verdicts = [_tried(copy, mutant) for mutant in chosen]
    caught = verdicts.count(CAUGHT)
    _say(f"{len(chosen)} mutants, {caught} caught, {len(chosen) - caught} not")
    return int(caught < len(chosen))


def _say(line: str) -> None:
    sys.stdout.write(f"{line}\n")
    sys.stdout.flush()


def _tried(copy: Path, mutant: Mutant) -> str:
    began_at = time.monotonic()
    file = copy / mutant.file
    whole = file.read_text()
    try:
        file.write_text(mutant.text(copy))
        status, said = _tested(copy, mutant.tests, stops=True)
        verdict = CAUGHT if status == _TESTS_FAILED else SURVIVED if status == 0 else f"ERROR {status}"
    except DoesNotApplyError as error:
        verdict, said = "DOES NOT APPLY", str(error)
    finally:
        file.write_text(whole)
    by = next((line.split(" ")[1] for line in said.splitlines() if line.startswith("FAILED")), "")
    seconds = time.monotonic() - began_at
    _say(
        f"{verdict:<15} {mutant.breaks}  [{mutant.file}; {seconds:.0f} s] {by.rpartition('::')[2]}",
    )
    return verdict


def _copied(target: Path) -> Path:
    listed = subprocess.run(
        ["git", "ls-files", "--cached", "--others", "--exclude-standard", "-z"],
        cwd=_ROOT,
        check=True,
        capture_output=True,
    )
    for name in filter(None, listed.stdout.decode().split("\0")):
        if (_ROOT / name).is_file():
            (target / name).parent.mkdir(parents=True, exist_ok=True)
            shutil.copyfile(_ROOT / name, target / name)
    return target


def _tested(copy: Path, tests: tuple[str, ...] | list[str], *, stops: bool) -> tuple[int, str]:
    command = [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", "--tb=no", "-rf"]
    done = subprocess.run(
        [*command, *(["-x"] if stops else []), *tests],
        cwd=copy,
        env=os.environ | {"PYTHONPATH": str(copy), "PYTHONDONTWRITEBYTECODE": "1"},
        capture_output=True,
        text=True,
        timeout=_LONGEST_S,
        check=False,
    )
    return done.returncode, done.stdout


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
