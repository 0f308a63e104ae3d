"""What a fold returns: the request after the move, what happened, and what the mover is told."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from bot.domain.effects import Effect
from bot.domain.events import Event
from bot.domain.evolve import evolved
from bot.domain.packet import ReviewPacket
from bot.domain.request import ApprovalRequest


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """What the one who made the move is told."""

    #: whether the move took effect (or had done so before, by the same hand)
    accepted: bool
    #: short stable word: `recorded`, `too_late`, `stale`, `not_a_reviewer`, `conflict`, `gone` …
    code: str
    #: for people
    sentence: str


DONE = Answer(accepted=True, code="recorded", sentence="Recorded.")


def recorded(sentence: str) -> Answer:
    """It took effect; the sentence says how."""
    return Answer(accepted=True, code=DONE.code, sentence=sentence)


#: nothing was due any more, or it had happened already
NOTHING = Answer(accepted=True, code="nothing", sentence="Nothing to do.")


@dataclass(frozen=True, slots=True, kw_only=True)
class Transition:
    """One move, folded. Without events the request is unchanged and nothing is written."""

    request: ApprovalRequest
    events: tuple[Event, ...] = ()
    effects: tuple[Effect, ...] = ()
    answer: Answer = DONE
    #: the packet of a new revision
    packet: ReviewPacket | None = None
    #: the move is held until it is known who is in these live groups, and then folded again
    waits_for: tuple[str, ...] = ()

    def then(self, later: Transition) -> Transition:
        """This transition followed by one that started from its request."""
        return evolved(
            later,
            events=self.events + later.events,
            effects=self.effects + later.effects,
            packet=later.packet or self.packet,
        )


def progressed(request: ApprovalRequest, **changes: Any) -> ApprovalRequest:
    """The request with parts of its progress replaced."""
    return evolved(request, progress=evolved(request.progress, **changes))
