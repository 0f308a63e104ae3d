"""Notices: what of the findings needs somebody's attention, with the requests that show it."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from enum import StrEnum

from bot.domain.measures.findings import Findings
from bot.domain.measures.query import Behind, Dimension


class Concern(StrEnum):
    """What a notice is about, in the order in which notices are read."""

    DRIFT = "drift"  # an agent does worse than it did
    RUBBER_STAMP = "rubber_stamp"  # a reviewer seems not to look
    OVERLOAD = "overload"  # a reviewer has too much to look at
    CALIBRATION = "calibration"  # stated confidence is not what comes true
    CEREMONY = "ceremony"  # a gate at which nothing is ever changed


@dataclass(frozen=True, slots=True, kw_only=True)
class Notice:
    """One thing to look into."""

    concern: Concern
    sentence: str
    #: the requests that show it
    where: Mapping[Dimension, str] = field(default_factory=dict)
    behind: Behind = Behind.SUBMITTED


def notices(found: Findings, name: Callable[[str], str] = str) -> tuple[Notice, ...]:
    """What stands out, the gravest first; nothing that too few requests would speak for.

    `name` says what a person is called; sentences about one begin with their id.
    """
    return tuple(_all(found, name))


def _all(found: Findings, name: Callable[[str], str]) -> Iterator[Notice]:
    for drift in found.drifts:
        if not drift.too_few:
            version = {Dimension.AGENT_VERSION: f"{drift.agent} {drift.version}"}
            where = {**version, Dimension.ACTION: drift.action}
            yield Notice(concern=Concern.DRIFT, sentence=drift.sentence, where=where)
    for stamp in found.rubber_stamps:
        where = {Dimension.REVIEWER: stamp.reviewer}
        behind = Behind.HASTY if stamp.hasty.hits else Behind.APPROVED
        yield Notice(
            concern=Concern.RUBBER_STAMP,
            sentence=_named(stamp.sentence, stamp.reviewer, name),
            where=where,
            behind=behind,
        )
    for load in found.overloads:
        where = {Dimension.REVIEWER: load.reviewer}
        yield Notice(
            concern=Concern.OVERLOAD, sentence=_named(load.sentence, load.reviewer, name), where=where
        )
    for each in found.calibrations:
        if each.is_off and not each.too_few:
            where = {Dimension.AGENT: each.agent, Dimension.ACTION: each.action}
            yield Notice(concern=Concern.CALIBRATION, sentence=each.sentence, where=where)
    for gate in found.ceremonial_gates:
        where = {Dimension.RULE: gate.rule, Dimension.ACTION: gate.action}
        yield Notice(concern=Concern.CEREMONY, sentence=gate.sentence, where=where, behind=Behind.APPROVED)


def _named(sentence: str, person: str, name: Callable[[str], str]) -> str:
    return f"{name(person)}{sentence.removeprefix(person)}" if sentence.startswith(person) else sentence
