"""Ceremonial gates: people are asked, and change nothing."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from bot.domain.measures.findings import CeremonialGate
from bot.domain.measures.rate import Rate

#: decisions below which nothing is said
FEWEST = 200
#: so great a share is approved as it came and turns out well, at the lower bound
NEARLY_ALL = 0.98


@dataclass(frozen=True, slots=True, kw_only=True)
class Gate:
    """What came of asking people because of one rule, at one action."""

    action: str
    rule: str
    #: approved unedited and not gone wrong, among what people decided
    clean: Rate
    #: seconds, the median deliberation
    deliberation: float | None


def ceremonies(gates: Iterable[Gate]) -> tuple[CeremonialGate, ...]:
    """The gates at which nearly all is approved as it came, those with the most decisions first."""
    found = (gate for gate in gates if gate.clean.of >= FEWEST and gate.clean.low >= NEARLY_ALL)
    return tuple(_finding(gate) for gate in sorted(found, key=lambda gate: -gate.clean.of))


def _finding(gate: Gate) -> CeremonialGate:
    return CeremonialGate(
        action=gate.action,
        rule=gate.rule,
        decided=gate.clean.of,
        clean=gate.clean,
        spent=None if gate.deliberation is None else gate.deliberation * gate.clean.of,
        sentence=(
            f"The gate of rule {gate.rule} at {gate.action} changes nothing: {gate.clean.value:.1%} of"
            f" {gate.clean.of} were approved as they came and turned out well. A veto window may do."
        ),
    )
