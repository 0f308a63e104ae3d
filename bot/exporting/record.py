"""One stored request as an export reads it, and which of them it asks for."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any

from bot.domain.matching import matches
from bot.domain.measures.measure import Measure
from bot.domain.packet import ReviewPacket
from bot.domain.request import ApprovalRequest


class Kind(StrEnum):
    """What is exported."""

    DECISIONS = "decisions"  # a row for each request
    SFT = "sft"  # what was asked about, and the action that people approved
    PREFERENCES = "preferences"  # what people preferred to what the agent proposed


@dataclass(frozen=True, slots=True, kw_only=True)
class ExportQuery:
    """Which requests; times are aware and in UTC, of when the request was made."""

    since: datetime | None = None
    until: datetime | None = None
    #: a pattern such as `refund.*`
    action: str = "*"

    def means(self, request: ApprovalRequest) -> bool:
        """Whether the action is one of those; the times are the database's to look at."""
        return matches(self.action, request.proposal.action)


@dataclass(frozen=True, slots=True, kw_only=True)
class Record:
    """One request with all that an export can say of it."""

    request: ApprovalRequest
    packet: ReviewPacket
    #: the packet of revision 1 where that is another
    original: ReviewPacket | None = None
    #: the arguments that it should have had, as somebody said afterwards
    corrected: Mapping[str, Any] | None = None
    #: None until it was measured
    measure: Measure | None = None

    @property
    def proposed(self) -> ReviewPacket:
        """What the agent asked for."""
        return self.original or self.packet
