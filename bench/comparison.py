"""What got slower, beyond the noise that was seen between the rounds of both runs."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from bench.reading import Reading
from bench.results import Results

#: a change for the worse beyond which a comparison fails
ALLOWED = 0.15


class NotComparable(Exception):
    """Two results that say nothing about each other."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    """One reading then and now."""

    name: str
    before: Reading
    after: Reading
    #: others are ratios to it: it says how fast the machine was
    is_base: bool = False

    @property
    def worse(self) -> float:
        """How much it got worse, as a share of what it was; below 0 where it got better."""
        if not self.before.judged:
            return 0.0
        change = self.after.judged / self.before.judged - 1
        return -change if self.after.more_is_better else change

    @property
    def noise(self) -> float:
        """What both runs varied by, by themselves."""
        return self.before.noise + self.after.noise

    @property
    def is_told(self) -> bool:
        """Whether it changed beyond the noise, for better or worse."""
        return abs(self.worse) > max(self.noise, 0.02)

    @property
    def fell(self) -> bool:
        """Whether a limit held and no longer does."""
        return self.before.holds and not self.after.holds

    @property
    def fails(self) -> bool:
        """Whether it must not stay like this."""
        if self.is_base or not self.after.is_ours:
            return False
        return self.fell or (self.is_told and self.worse > ALLOWED)


def changes(before: Results, after: Results) -> list[Change]:
    """What both have, in the order of the later one; raises NotComparable."""
    if before.quick != after.quick:
        raise NotComparable(
            "One of the two was taken with --quick: such figures compare with their like only."
        )
    return list(_pairs(before, after))


def is_same_machine(before: Results, after: Results) -> bool:
    """Whether numbers without a base say anything beside each other."""
    return before.machine == after.machine


def _pairs(before: Results, after: Results) -> Iterator[Change]:
    for figure, readings in after.figures.items():
        bases = {each.base for each in readings}
        for reading in readings:
            was = before.named(figure, reading.name)
            if was is not None and (was.ratio is None) == (reading.ratio is None):
                name = f"{figure}: {reading.name}"
                yield Change(name=name, before=was, after=reading, is_base=reading.name in bases)
