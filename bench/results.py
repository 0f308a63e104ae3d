"""Results that are kept: one JSON file for each label, to compare a change with what was before it."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import msgspec

from bench.machine import commit, machine, versions
from bench.reading import Reading

FOLDER = Path(__file__).parent / "results"
#: labels of the latest run that was given none, and of the latest quick one
LATEST, QUICK = "latest", "quick"

_LABEL = re.compile(r"[a-z0-9][a-z0-9.-]*")


class NoResults(Exception):
    """A label that nothing was saved under, or that cannot name a file."""


class Results(msgspec.Struct, frozen=True, kw_only=True):
    """What a run measured, and on what."""

    taken_at: datetime
    #: rounds, and whether it only showed that everything works
    rounds: int
    quick: bool
    machine: dict[str, str]
    versions: dict[str, str]
    commit: str
    #: merged over the rounds, by figure
    figures: dict[str, list[Reading]]
    #: figures that could not be taken, and why
    untaken: dict[str, str] = {}
    #: what is not on this machine and need not be, by figure, and how to get it
    absent: dict[str, str] = {}
    #: what readers of a figure have to know beside its numbers
    notes: dict[str, list[str]] = {}

    def readings(self) -> Iterator[Reading]:
        """All of them, figure by figure."""
        for readings in self.figures.values():
            yield from readings

    def named(self, figure: str, name: str) -> Reading | None:
        """A figure's reading of that name; several figures may measure the same base."""
        return next((each for each in self.figures.get(figure, ()) if each.name == name), None)


def results(
    figures: dict[str, list[Reading]],
    *,
    rounds: int,
    quick: bool,
    untaken: dict[str, str],
    absent: dict[str, str] | None = None,
    notes: dict[str, list[str]] | None = None,
) -> Results:
    """What was measured just now, on this machine."""
    return Results(
        taken_at=datetime.now(UTC).replace(microsecond=0),
        rounds=rounds,
        quick=quick,
        machine=machine(),
        versions=versions(),
        commit=commit(),
        figures=figures,
        untaken=untaken,
        absent=absent or {},
        notes=notes or {},
    )


def saved_at(label: str, folder: Path = FOLDER) -> Path:
    """The file of a label; raises NoResults when it cannot name one."""
    if not _LABEL.fullmatch(label):
        raise NoResults(f"{label!r} cannot name a result: use a–z, 0–9, '.' and '-'.")
    return folder / f"{label}.json"


def save(results: Results, path: Path) -> None:
    """Write the results over what was there; whoever is interrupted at it keeps that."""
    path.parent.mkdir(parents=True, exist_ok=True)
    text = msgspec.json.format(msgspec.json.encode(results), indent=1)
    written = path.with_suffix(".tmp")
    written.write_bytes(text + b"\n")
    written.replace(path)


def load(label: str, folder: Path = FOLDER) -> Results:
    """What was saved under a label; raises NoResults."""
    path = saved_at(label, folder)
    if not path.exists():
        there = ", ".join(sorted(each.stem for each in folder.glob("*.json"))) or "nothing yet"
        raise NoResults(f"Nothing is saved as {label!r}; saved are: {there}.")
    return msgspec.json.decode(path.read_bytes(), type=Results)
