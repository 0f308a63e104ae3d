"""`python -m bench.profiles`: record where the time of a request goes, and lay two records side by side."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Sequence
from contextlib import nullcontext
from pathlib import Path

from bench.figure import Unmeasured
from bench.profiles.kept import keep, load, table
from bench.profiles.recording import KINDS, recorded
from bench.run import POSTGRES, SQLITE
from tests.postgres import postgres

REQUESTS = 12_000


def main(arguments: Sequence[str] | None = None) -> int:
    """Record and keep, or compare what was kept."""
    given = _arguments(arguments)
    engines = (given.on,) if given.on else (SQLITE, POSTGRES)
    if given.compare:
        before, after = (load(label) for label in given.compare)
        print("\n\n".join(table(before, after, engine, KINDS) for engine in engines))
        return 0
    try:
        with postgres("bench", durable=True) if POSTGRES in engines else nullcontext():
            recordings = [
                recorded(kind, engine, requests=given.requests, tree=given.tree)
                for engine in engines
                for kind in KINDS
            ]
    except Unmeasured as error:
        print(error, file=sys.stderr)
        return 2
    for path in keep(given.save, recordings, of=given.commit):
        print(f"Written: {path}")
    return 0


def _arguments(arguments: Sequence[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m bench.profiles", description=__doc__)
    parser.add_argument("--on", choices=(SQLITE, POSTGRES), help="one database only")
    parser.add_argument("--requests", type=int, default=REQUESTS, help="how many of each kind")
    parser.add_argument("--save", metavar="LABEL", default="after", help="keep it under this label")
    parser.add_argument("--tree", type=Path, help="record another checkout, whose commit --commit names")
    parser.add_argument("--commit", default="", help="what is told of the other checkout")
    parser.add_argument("--compare", nargs=2, metavar="LABEL", help="record nothing; table of two kept ones")
    return parser.parse_args(arguments)


if __name__ == "__main__":
    sys.exit(main())
