"""Profiles that are kept: the figures of a label in one file, a flame graph for each recording beside it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path

import msgspec

from bench.machine import commit
from bench.profiles.flame import flame_graph
from bench.profiles.layers import LAYERS, shares
from bench.profiles.recording import Recording
from bench.run import SPELLED

FOLDER = Path(__file__).parents[2] / "docs" / "profiles"


class Profile(msgspec.Struct, frozen=True, kw_only=True):
    """Where the time of one kind of request goes."""

    kind: str
    engine: str
    #: microseconds of the server for one request
    cpu: float
    samples: int
    #: parts of the time under the interpreter's lock, by layer
    shares: dict[str, float]

    def micros(self, layer: str) -> float:
        """Microseconds of one request that a layer takes."""
        return self.shares.get(layer, 0.0) * self.cpu


class Profiles(msgspec.Struct, frozen=True, kw_only=True):
    """What was recorded under one label."""

    commit: str
    profiles: list[Profile]

    def of(self, kind: str, engine: str) -> Profile | None:
        """The profile of a kind on a database."""
        return next((each for each in self.profiles if (each.kind, each.engine) == (kind, engine)), None)


def keep(
    label: str, recordings: Sequence[Recording], *, of: str = "", folder: Path = FOLDER
) -> Iterator[Path]:
    """Write figures and pictures; `of` is the commit, where it is not the one checked out here."""
    folder.mkdir(parents=True, exist_ok=True)
    kept = Profiles(commit=of or commit(), profiles=[_profile(recording) for recording in recordings])
    path = folder / f"{label}.json"
    path.write_bytes(msgspec.json.format(msgspec.json.encode(kept), indent=1) + b"\n")
    yield path
    for recording in recordings:
        title = f"{recording.kind} on {SPELLED[recording.engine]}, {label}: {recording.cpu:.0f} µs of CPU"
        picture = folder / f"{label}-{recording.kind}-{recording.engine}.svg"
        picture.write_text(flame_graph(title, recording.stacks), encoding="utf-8")
        yield picture


def load(label: str, folder: Path = FOLDER) -> Profiles:
    """What was kept under a label."""
    return msgspec.json.decode((folder / f"{label}.json").read_bytes(), type=Profiles)


def table(before: Profiles, after: Profiles, engine: str, kinds: Sequence[str]) -> str:
    """Microseconds of one request by layer, before and after, as a Markdown table."""
    pairs = [pair for kind in kinds if (pair := _pair(before, after, kind, engine))]
    head = " | ".join(f"{was.kind}, before | after" for was, _ in pairs)
    lines = [f"| µs of CPU on {SPELLED[engine]} | {head} |", "|---" * (1 + 2 * len(pairs)) + "|"]
    for name, told in LAYERS.items():
        lines.append(_line(told, [profile.micros(name) for pair in pairs for profile in pair]))
    lines.append(_line("**together**", [profile.cpu for pair in pairs for profile in pair]))
    return "\n".join(lines)


def _pair(before: Profiles, after: Profiles, kind: str, engine: str) -> tuple[Profile, Profile] | None:
    was, now = before.of(kind, engine), after.of(kind, engine)
    return (was, now) if was is not None and now is not None else None


def _line(name: str, micros: Sequence[float]) -> str:
    return f"| {name} | " + " | ".join(f"{value:.0f}" for value in micros) + " |"


def _profile(recording: Recording) -> Profile:
    return Profile(
        kind=recording.kind,
        engine=recording.engine,
        cpu=round(recording.cpu, 1),
        samples=sum(stack.count for stack in recording.stacks),
        shares={name: round(share, 4) for name, share in shares(recording.stacks).items()},
    )
