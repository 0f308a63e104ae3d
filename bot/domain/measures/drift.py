"""Drift: whether a version of an agent does otherwise than the one before it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date

from bot.domain.measures.findings import Drift
from bot.domain.measures.rate import Rate
from bot.domain.measures.significance import difference, two_shares

#: decisions of each version below which nothing is said
FEWEST = 30
#: a difference that matters, as a share
MATTERS = 0.05
#: how improbable by chance it has to be, divided by how many comparisons are made (Bonferroni)
BY_CHANCE = 0.01


@dataclass(frozen=True, slots=True, kw_only=True)
class Version:
    """How one version of an agent did at one action."""

    agent: str
    action: str
    version: str
    #: Monday of the week in which it first came
    since: date
    #: approved unedited and not gone wrong, among what people decided
    clean: Rate


def drifts(versions: Sequence[Version]) -> tuple[Drift, ...]:
    """Versions that differ from the one before, the greatest difference first; then those with too few."""
    pairs = list(_pairs(versions))
    compared = sum(not _too_few(earlier, later) for earlier, later in pairs)
    found = [_drift(earlier, later, compared) for earlier, later in pairs]
    told = [each for each in found if each is not None]
    return tuple(
        sorted(told, key=lambda each: (each.too_few, -abs(each.difference), each.agent, each.action))
    )


def _pairs(versions: Sequence[Version]) -> Iterator[tuple[Version, Version]]:
    """Each version with the last one before it about which enough is known."""
    ordered = sorted(versions, key=lambda each: (each.agent, each.action, each.since, each.version))
    known: Version | None = None
    for version in ordered:
        if known is not None and (known.agent, known.action) == (version.agent, version.action):
            yield known, version
            if version.clean.of >= FEWEST or known.clean.of < FEWEST:
                known = version
        else:
            known = version


def _too_few(earlier: Version, later: Version) -> bool:
    return min(earlier.clean.of, later.clean.of) < FEWEST


def _drift(earlier: Version, later: Version, compared: int) -> Drift | None:
    too_few = _too_few(earlier, later)
    between, low, high = (0.0, -1.0, 1.0) if too_few else difference(later.clean, earlier.clean)
    p = 1.0 if too_few else two_shares(later.clean, earlier.clean)
    if not too_few and (p * compared > BY_CHANCE or abs(between) < MATTERS):
        return None
    return Drift(
        agent=later.agent,
        action=later.action,
        version=later.version,
        before=earlier.version,
        since=later.since,
        clean=later.clean,
        clean_before=earlier.clean,
        difference=between,
        low=low,
        high=high,
        p=p,
        too_few=too_few,
        sentence=_few(earlier, later) if too_few else _sentence(earlier, later, between),
    )


def _few(earlier: Version, later: Version) -> str:
    return (
        f"Too few decisions ({later.clean.of} after {earlier.clean.of}) to say whether {later.agent}"
        f" {later.version} does otherwise at {later.action} than {earlier.version}."
    )


def _sentence(earlier: Version, later: Version, between: float) -> str:
    how = "worse" if between < 0 else "better"
    return (
        f"{later.agent} {later.version} does {how} at {later.action} than {earlier.version}:"
        f" {later.clean.value:.0%} of {later.clean.of} were approved as they came and turned out well,"
        f" after {earlier.clean.value:.0%} of {earlier.clean.of}."
    )
