"""Tries every target for minutes, as many at a time as there are processors.

    FUZZ_MINUTES=10 python -m tests.fuzzing [words of a target's name …]

Prints one line for each with how many inputs were tried and how they were taken, and what was found with the
smallest input that shows it. Ends with 1 when anything was found.
"""

from __future__ import annotations

import os
import random
import sys
import warnings
from concurrent.futures import ProcessPoolExecutor, as_completed

from tests.fuzzing.target import Tried, try_for
from tests.fuzzing.targets import TARGETS

_MINUTES = "10"


def main(words: list[str]) -> int:
    """Try those whose name has one of the words, or all."""
    minutes = float(os.environ.get("FUZZ_MINUTES", _MINUTES))
    chosen = [n for n, each in enumerate(TARGETS) if not words or any(word in each.name for word in words)]
    start = random.SystemRandom().randrange(2**32)
    _say(f"{len(chosen)} targets, {minutes:g} minutes each, from seed {start}.")
    found = 0
    with ProcessPoolExecutor() as workers:
        for done in as_completed([workers.submit(_tried, n, minutes * 60, start) for n in chosen]):
            tried = done.result()
            _say(str(tried))
            for what, shown in tried.found.items():
                _say(f"  {what}\n    from {shown}")
            found += len(tried.found)
    return 1 if found else 0


def _tried(number: int, seconds: float, start: int) -> Tried:
    warnings.simplefilter("error")
    return try_for(TARGETS[number], seconds, start=start)


def _say(line: str) -> None:
    print(line, flush=True)  # noqa: T201 - the figures are what this is for


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
