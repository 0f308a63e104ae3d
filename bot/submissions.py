"""What an agent submits, on its way from its door through the policy into the store."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime

from bot.domain.moves import Cancel
from bot.domain.packet import ReviewPacket
from bot.domain.request import ApprovalRequest, Proposal
from bot.domain.rules import Deferred
from bot.domain.terms import Terms
from bot.jobs import Stored


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """What a submission asks for beside its packet."""

    #: a route the agent may name
    route: str | None = None
    needed_by: datetime | None = None
    choices: tuple[str, ...] | None = None
    callback_url: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Ask:
    """An agent's submission, as its door understood it."""

    agent: str
    packet: ReviewPacket
    asked: Asked = field(default_factory=Asked)
    key_id: str | None = None
    idempotency_key: str | None = None
    #: hex SHA-256 of the body as it came
    body_digest: str = ""
    supersedes: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Assessment:
    """What the policy makes of a packet."""

    proposal: Proposal
    terms: Terms
    #: what rules in place of the proposal's ruling once the history of the request is known
    deferred: Deferred | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Submission:
    """A new request, ready to be stored: ruled on, with its id made."""

    request: ApprovalRequest
    packet: ReviewPacket
    #: the API key that authenticated it, checked again inside the transaction
    key_id: str | None
    idempotency_key: str | None = None
    #: hex SHA-256 of the body as it came, to tell a replay from a reuse
    body_digest: str = ""
    #: the version of what was set by mention that it was ruled on under; None when that does not matter
    steering: int | None = None
    #: withdraws the request that this one supersedes
    supersedes: Cancel | None = None
    #: rules on it inside the transaction, with its history, in place of the ruling that it has
    deferred: Deferred | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Submitted:
    """What became of a submission."""

    #: the id of the stored request: its own, or the earlier one's on a replay
    request_id: str
    #: `created`, `replayed`, `key_reused` (another body), `key_revoked`, `too_many_open`, or `outdated`:
    #: it is to be ruled on again
    code: str
    #: the stored request when it was created now
    request: ApprovalRequest | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Replay:
    """What was stored under an idempotency key."""

    request_id: str
    body_digest: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Accepted:
    """The stored request, and whether this submission made it."""

    stored: Stored
    created: bool
