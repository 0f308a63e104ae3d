"""Whether the findings are what was planted, and nothing else."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from bench.history.company import CEREMONIAL, DRIFTING, OVERLOADED, STAMPER, TOO_SURE
from bot.domain.measures.findings import Findings, Signal


def differences(found: Findings) -> Iterator[str]:
    """Each thing that was planted and not found, or found and not planted, as a sentence."""
    yield from _compared("rubber stamps", [each.reviewer for each in found.rubber_stamps], [STAMPER])
    yield from _compared("overloads", [each.reviewer for each in found.overloads], [OVERLOADED])
    yield from _compared(
        "ceremonial gates", [(each.action, each.rule) for each in found.ceremonial_gates], [CEREMONIAL]
    )
    yield from _compared(
        "drifts",
        [(each.agent, each.action, each.version) for each in found.drifts if not each.too_few],
        [DRIFTING],
    )
    yield from _compared(
        "calibration", [(each.agent, each.action) for each in found.calibrations if each.is_off], [TOO_SURE]
    )
    for each in found.rubber_stamps:
        if Signal.HASTY not in each.signals:
            yield f"{each.reviewer} was not found to be hasty."


def _compared(kind: str, found: Sequence[object], planted: Sequence[object]) -> Iterator[str]:
    if found != planted:
        yield f"{kind}: planted was {planted}, found was {found}."
