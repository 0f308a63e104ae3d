"""The policy as the use cases see it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any, Protocol

from bot.domain.directory import Directory
from bot.domain.explanation import Explanation
from bot.domain.history import History
from bot.domain.misfits import Misfit
from bot.domain.moves import Edited
from bot.domain.packet import ReviewPacket
from bot.domain.request import ApprovalRequest
from bot.submissions import Ask, Asked, Assessment


class PolicyView(Protocol):
    """One version of the policy, as the use cases see it."""

    @property
    def version(self) -> str:
        """The version that rulings name."""

    @property
    def directory(self) -> Directory:
        """Who is who."""

    def assess(self, agent: str, packet: ReviewPacket, asked: Asked, now: datetime) -> Assessment:
        """Rule on a packet.

        Raises `Invalid` naming the field when it is incomplete or contradicts itself, `Forbidden` when
        the agent may not ask for this.
        """

    def explain(self, ask: Ask, found: Assessment, history: History | None, now: datetime) -> Explanation:
        """How it came to an assessment of its own; `history` is what that was given, None for nothing."""

    def misfits(self, action: str, arguments: Mapping[str, Any], copied: str | None) -> Sequence[Misfit]:
        """Where arguments fit neither the schema that holds now nor the one that held when they came.

        `copied` is that one as JSON text, None where there was none.
        """

    def reassess(
        self, request: ApprovalRequest, packet: ReviewPacket, history: History, now: datetime
    ) -> Edited:
        """Rule anew on a request whose packet has other arguments now; with what came before it.

        Raises `Invalid` naming the field, or `Forbidden`, as `assess` does.
        """
