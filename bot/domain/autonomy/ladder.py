"""The ladder of a rule: what it demands now, what it may demand once it has earned it, and the gate below."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import timedelta

from bot.domain.status import Mode

#: from the least that runs by itself to the most
ORDER = (Mode.GATE, Mode.VETO, Mode.NOTIFY, Mode.AUTO)


@dataclass(frozen=True, slots=True, kw_only=True)
class Rung:
    """One thing that a rule can demand."""

    mode: Mode
    #: for `veto`, in working time
    window: timedelta | None = None

    def is_above(self, other: Rung) -> bool:
        """Whether more runs by itself; of two windows the shorter one is above."""
        mine, theirs = ORDER.index(self.mode), ORDER.index(other.mode)
        if mine != theirs or self.window is None or other.window is None:
            return mine > theirs
        return self.window < other.window


#: a person decides
GATED = Rung(mode=Mode.GATE)


@dataclass(frozen=True, slots=True, kw_only=True)
class Ladder:
    """The rungs of one rule, the gate first; `base` is the one that the policy's file has it stand on."""

    base: Rung
    rungs: tuple[Rung, ...]

    def above(self, rung: Rung) -> Rung | None:
        """The next rung that lets more run; None at the top."""
        return next((each for each in self.rungs if each.is_above(rung)), None)

    def below(self, rung: Rung) -> Rung | None:
        """The next rung that lets less run; None at the gate."""
        return next((each for each in reversed(self.rungs) if rung.is_above(each)), None)


def ladder(base: Rung, further: Iterable[Rung] = ()) -> Ladder:
    """The ladder of a rule that stands on `base` and may go further.

    Raises ValueError where a rung lets no more run than the one before it.
    """
    rungs = [GATED] if base.mode is Mode.GATE else [GATED, base]
    for rung in further:
        if not rung.is_above(rungs[-1]):
            raise ValueError(f"{rung.mode} lets no more run than {rungs[-1].mode}")
        rungs.append(rung)
    return Ladder(base=base, rungs=tuple(rungs))
