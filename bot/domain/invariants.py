"""What stands above all rules: some requests never run without a person's say, whatever a rule demands."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal

from bot.domain.budgets import Spending
from bot.domain.evolve import evolved
from bot.domain.request import Ruling
from bot.domain.status import Held, Mode

#: the rule of what only reads and no rule of the policy took; it uses nothing of a budget
READ_ONLY = "read-only"
#: modes in which something can run without anybody's say
UNASKED = frozenset({Mode.AUTO, Mode.NOTIFY, Mode.VETO})


@dataclass(frozen=True, slots=True, kw_only=True)
class Bounds:
    """What of a request the rules cannot change."""

    #: it cannot be undone, as the policy or the request says; every unlisted action is
    irreversible: bool = True
    #: why its agent may not do it alone, as a sentence
    out_of_scope: str | None = None
    #: who paused it since when, as a sentence
    paused: str | None = None
    #: a reviewer changed its arguments, so that it is theirs to approve
    edited: bool = False
    #: what it would use of its agent's budget, None where the agent has none
    spending: Spending | None = None

    @property
    def reads(self) -> frozenset[str]:
        """The names of history without which they cannot be told."""
        if self.spending is None or _never(self) is not None:
            return frozenset()
        return self.spending.reads


def upheld(ruling: Ruling, bounds: Bounds, known: Mapping[str, int | Decimal] | None = None) -> Ruling:
    """The ruling, or a gate in its place where it would let something run that may not."""
    if ruling.mode not in UNASKED:
        return ruling
    held = _never(bounds) or (None if ruling.rule == READ_ONLY else _not_today(bounds, known))
    if held is None:
        return ruling
    cause, reason = held
    why = f"{sentence(ruling.why)} {reason}"
    return evolved(ruling, mode=Mode.GATE, why=why, window=None, sample=0.0, held=cause)


def sentence(text: str) -> str:
    """A text with a full stop where it ends without one."""
    text = text.strip()
    return text if not text or text[-1] in ".!?…" else f"{text}."


def _never(bounds: Bounds) -> tuple[Held, str] | None:
    if bounds.irreversible:
        return Held.IRREVERSIBLE, "It cannot be undone, so a person decides."
    if bounds.out_of_scope:
        return Held.OUT_OF_SCOPE, f"{bounds.out_of_scope} So a person decides."
    if bounds.paused:
        return Held.PAUSED, f"{bounds.paused} So a person decides."
    return (Held.EDITED, "A reviewer changed it, so people approve it.") if bounds.edited else None


def _not_today(bounds: Bounds, known: Mapping[str, int | Decimal] | None) -> tuple[Held, str] | None:
    # Only what a rule in the shadow would demand is asked about before anything was counted.
    beyond = bounds.spending.beyond(known) if bounds.spending and known is not None else None
    return (Held.BUDGET, f"{beyond} So a person decides.") if beyond else None
