"""Domain values to JSON text and back, without intermediate objects."""

from __future__ import annotations

from datetime import datetime
from typing import Any, TypeVar

import msgspec

from bot.domain.moves import Press
from bot.domain.packet import ReviewPacket
from bot.domain.request import ApprovalRequest, Progress, Proposal
from bot.domain.status import Status
from bot.domain.terms import Terms
from bot.domain.transition import Answer

T = TypeVar("T")


class Snapshot(msgspec.Struct):
    """The moving parts of a request at one version."""

    status: Status
    version: int
    revision: int
    proposal: Proposal
    progress: Progress

    def request(self, *, id: str, agent: str, created_at: datetime, terms: Terms) -> ApprovalRequest:
        """The request as it stood."""
        return ApprovalRequest(
            id=id,
            agent=agent,
            created_at=created_at,
            status=self.status,
            version=self.version,
            revision=self.revision,
            terms=terms,
            proposal=self.proposal,
            progress=self.progress,
        )


_encoder = msgspec.json.Encoder()
_proposal = msgspec.json.Decoder(Proposal)
_progress = msgspec.json.Decoder(Progress)
_packet = msgspec.json.Decoder(ReviewPacket)
_terms = msgspec.json.Decoder(Terms)
_snapshot = msgspec.json.Decoder(Snapshot)
_answer = msgspec.json.Decoder(Answer)
_press = msgspec.json.Decoder(Press)


def to_text(value: Any) -> str:
    """JSON text of a domain value."""
    return _encoder.encode(value).decode()


def proposal(text: str) -> Proposal:
    """A proposal from its text."""
    return _proposal.decode(text)


def progress(text: str) -> Progress:
    """Progress from its text."""
    return _progress.decode(text)


def packet(text: str) -> ReviewPacket:
    """A packet from its text."""
    return _packet.decode(text)


def terms(text: str) -> Terms:
    """Terms from their text."""
    return _terms.decode(text)


def answer(text: str) -> Answer:
    """An answer from its text."""
    return _answer.decode(text)


def press(text: str) -> Press:
    """A press from its text."""
    return _press.decode(text)


def snapshot(text: str) -> Snapshot:
    """A snapshot from its text."""
    return _snapshot.decode(text)


def from_text(text: str, kind: type[T]) -> T:
    """Any value of a plain JSON type from its text."""
    return msgspec.json.decode(text, type=kind)
