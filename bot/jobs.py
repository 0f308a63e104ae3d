"""Jobs: what the outside is to be told, one lease at a time, and the three things an attempt can come to."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Protocol, TypeAlias

from bot.domain.packet import ReviewPacket
from bot.domain.request import ApprovalRequest
from bot.domain.said import Said


@dataclass(frozen=True, slots=True, kw_only=True)
class Done:
    """The outside took it. `message` is the platform's own reference to what stands there now."""

    message: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class RetryLater:
    """It may work later. `uncertain`: it may already have worked (a time-out, a dropped connection)."""

    why: str
    after: timedelta | None = None
    uncertain: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class GiveUp:
    """It will never work: a channel is gone, an address forbidden. `why` tells the operator what to do."""

    why: str


Sent: TypeAlias = Done | RetryLater | GiveUp


@dataclass(frozen=True, slots=True, kw_only=True)
class Stored:
    """A request as it stands, with what a card or an API answer needs beside it."""

    request: ApprovalRequest
    packet: ReviewPacket
    #: the packet of revision 1 when it is not the current one
    original: ReviewPacket | None = None
    #: the newest of what was said about it, in order
    said: tuple[Said, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class CardJob:
    """A copy that is out of date, leased to one worker."""

    copy_id: str
    request_id: str
    destination: str
    message: str | None
    wanted_version: int
    #: which attempt this is, 1 for the first
    attempts: int
    #: an earlier post may have worked; look before posting again
    uncertain: bool
    created_at: datetime

    @property
    def shows(self) -> str:
        """The id by which a post in doubt is found again."""
        return self.request_id


@dataclass(frozen=True, slots=True, kw_only=True)
class BatchedCopy:
    """A copy whose message is a batch card."""

    copy_id: str
    request_id: str
    #: whether it was shown before
    is_shown: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class BatchJob:
    """A batch card that is out of date, leased to one worker with every copy that stands in it."""

    id: str
    destination: str
    message: str | None
    copies: tuple[BatchedCopy, ...]
    #: which attempt this is, 1 for the first
    attempts: int
    #: an earlier post may have worked; look before posting again
    uncertain: bool
    created_at: datetime

    @property
    def shows(self) -> str:
        """The id by which a post in doubt is found again."""
        return self.id


@dataclass(frozen=True, slots=True, kw_only=True)
class LineJob:
    """A ping, a private answer, or what a rule's owner is asked, leased to one worker."""

    id: str
    #: `ping`, `tell` or `review`
    kind: str
    request_id: str
    #: for a private answer: its address
    destination: str
    #: the copy's message for a ping, None while it is not posted
    message: str | None
    line: str
    people: tuple[str, ...]
    #: lines that say the same beside the same message, and are settled with it
    others: tuple[str, ...] = ()
    #: which attempt this is, 1 for the first
    attempts: int


@dataclass(frozen=True, slots=True, kw_only=True)
class CallbackJob:
    """A callback, leased to one worker."""

    #: Standard Webhooks message id, the same on every attempt
    id: str
    type: str
    agent: str
    url: str
    #: which attempt this is, 1 for the first
    attempts: int
    created_at: datetime
    #: written when the first attempt is leased, the same ever after; None where it could not be written
    body: bytes | None
    #: the request as it stood when the callback was caused
    stored: Stored
    #: the hash of the audit event that caused it
    event_hash: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Composed:
    """What a callback says."""

    body: bytes
    #: the receipt that is in it, None without a decision
    receipt: str | None


class Compose(Protocol):
    """Writes what a callback says."""

    def __call__(self, job: CallbackJob, *, receipt: str | None, decided_in: str | None) -> Composed | None:
        """Called within the writer's transaction: from what is given alone, and without waiting for anything.

        `receipt` is the one that was kept of the decision, `decided_in` the hex hash of the event that
        decided. None when it cannot be written; the callback is then tried again later.
        """


Job: TypeAlias = CardJob | BatchJob | LineJob | CallbackJob


@dataclass(frozen=True, slots=True, kw_only=True)
class Attempted:
    """What one attempt at a job came to, for the store to write down."""

    job: Job
    sent: Sent
    #: when to try again; None when it is done or given up
    retry_at: datetime | None
    #: for a card: the version that is shown now, and the digest of what was shown
    shown_version: int = 0
    shown_digest: str = ""
    #: for a batch card: the versions that are shown now, by request id
    shown_versions: Mapping[str, int] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class Backlog:
    """What has been waiting for the worker."""

    #: pending requests whose time came and passed, and nothing happened
    overdue_timers: int
    #: cards, lines and callbacks that are due and that nobody has leased
    waiting_jobs: int
    #: since when the longest-waiting of these jobs waits, None without any
    oldest_job_at: datetime | None


@dataclass(frozen=True, slots=True, kw_only=True)
class JobsAhead:
    """What waits to be claimed, where slots are free."""

    #: whether anything is due
    is_any_due: bool = False
    #: when the next job of another destination will be, None without any
    next_at: datetime | None = None
