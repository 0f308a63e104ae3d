"""The two lines across which the inside and the outside face each other.

Outward: `CardChannel` and `CallbackSender`, which never raise for what the outside does; they
return one of three outcomes. Inward: `Store`, which the use cases and the worker are built on.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Protocol, TypeAlias

from bot.domain.batch_card import BatchCard
from bot.domain.card import Card
from bot.domain.forecast import Turnaround
from bot.domain.history import History, HistoryScope
from bot.domain.moves import Move
from bot.domain.packet import ReviewPacket
from bot.domain.request import ApprovalRequest
from bot.domain.status import Status
from bot.domain.transition import Answer
from bot.jobs import (
    Attempted,
    Backlog,
    BatchJob,
    CallbackJob,
    CardJob,
    Compose,
    Composed,
    Done,
    GiveUp,
    Job,
    JobsAhead,
    LineJob,
    RetryLater,
    Sent,
    Stored,
)
from bot.looking import Hearing
from bot.offers import Offer
from bot.submissions import Replay, Submission, Submitted

__all__ = [
    "Attempted",
    "Backlog",
    "BatchJob",
    "CallbackJob",
    "CallbackSender",
    "CardChannel",
    "CardJob",
    "Clock",
    "Compose",
    "Composed",
    "Copy",
    "Done",
    "GiveUp",
    "Job",
    "JobsAhead",
    "LineJob",
    "Moved",
    "RetryLater",
    "Sent",
    "Showable",
    "Store",
    "Stored",
]

#: gives the current time, aware and in UTC
Clock: TypeAlias = Callable[[], datetime]


#: what a message in a chat can show
Showable: TypeAlias = Card | BatchCard


class CardChannel(Protocol):
    """One platform with cards. Destinations are `<platform>:<channel>` or `<platform>:@<account>`."""

    @property
    def platform(self) -> str:
        """`slack`, `teams` or `web`."""

    async def post(self, destination: str, card: Showable) -> Sent:
        """Put a new copy up; `Done.message` names it from then on."""

    async def find(self, destination: str, shows: str, since: datetime) -> str | None:
        """The message of a card (by its request or batch) that an uncertain `post` may have left, or None.

        Raises a `PlacetError` when that cannot be known now; the copy is looked for again later.
        """

    async def redraw(self, destination: str, message: str, card: Showable) -> Sent:
        """Show the card's current state on a copy that stands."""

    async def ping(self, destination: str, message: str, line: str, people: Sequence[str]) -> Sent:
        """Say a line beside the copy so that these people (by their ids in the policy) are notified."""

    async def tell(self, address: str, sentence: str, link: str = "", offers: Sequence[Offer] = ()) -> Sent:
        """Answer one person privately, with a link of ours to follow and buttons to press.

        The sentence may have several lines. This platform made the address, or it is a person's destination.
        """


class CallbackSender(Protocol):
    """The way back to agent platforms."""

    async def send(self, url: str, message_id: str, body: bytes, secrets: Sequence[str]) -> Sent:
        """POST one signed attempt; the body and the id are the same on every attempt."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Moved:
    """What became of a move. `request` is None when there is no such request."""

    answer: Answer
    request: ApprovalRequest | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Copy:
    """A copy of the card: where it stands, and which state it shows."""

    id: str
    request_id: str
    destination: str
    #: platform's reference, None while it is not posted
    message: str | None
    shown_version: int
    #: `wanted`, `posted` or `undeliverable`
    state: str
    why: str | None = None


class Store(Hearing, Protocol):
    """All state. Every write commits before its call returns; `Busy` when the queue is full."""

    async def submit(self, submission: Submission) -> Submitted:
        """Store a new request with its audit events and effects."""

    async def earlier(self, agent: str, idempotency_key: str) -> Replay | None:
        """The request that an agent's idempotency key stands for, None when the key is new."""

    async def history(
        self, scope: HistoryScope, names: Iterable[str], *, apart_from: ApprovalRequest | None = None
    ) -> History:
        """The values of these names, by what is committed; `apart_from` is not counted among the submitted.

        For foresight only: what others are submitting at this moment is not in it.
        """

    async def move(self, move: Move) -> Moved:
        """Fold a move into its request, once per command id."""

    async def fire_due(self, limit: int) -> int:
        """Fold `Due` into what is due now, most overdue first; how many requests changed."""

    def fire_beside(self, until: datetime, fired: Callable[[int], None]) -> None:
        """Until then each write fires what is due, too; `fired` hears, on the event loop, of how many."""

    async def claim(
        self,
        *,
        limit: int,
        busy: Mapping[str, int],
        lease: timedelta,
        compose: Compose | None = None,
    ) -> Sequence[Job]:
        """Lease due jobs, at most `limit`, and to each destination no more than it has slots free.

        Callbacks come with their body: `compose` writes it when the first attempt is leased, it is stored by
        the same COMMIT, and later attempts have the same.
        `busy` maps a destination to how many of its `domain.destinations.slots` are taken; a job whose lease
        ran out comes again, a card then as `uncertain`.
        """

    async def settle(self, attempts: Sequence[Attempted]) -> None:
        """Write down what attempts came to, with the moves that follow from them."""

    async def next_timer(self) -> datetime | None:
        """When the next timer runs out, None when none runs."""

    async def jobs_ahead(self, full: Collection[str]) -> JobsAhead:
        """What waits to be claimed, but for destinations that are `full`."""

    async def backlog(self, *, overdue_since: datetime) -> Backlog:
        """How much waits, for the watchdog; a timer counts when it was due at that time or before."""

    async def read(self, request_id: str) -> Stored | None:
        """A request with its current packet."""

    async def packet(self, request_id: str, revision: int) -> ReviewPacket | None:
        """The packet of one revision, None when there is no such revision."""

    async def copies(self, request_id: str) -> Sequence[Copy]:
        """The copies of a request's card."""

    async def request_at(self, platform: str, message: str) -> str | None:
        """The request whose card is this message of the platform's, None for any other message."""

    async def batch(self, batch_id: str) -> Sequence[ApprovalRequest]:
        """The requests of a batch card, the riskiest and oldest first; none for an unknown one."""

    async def listing(
        self,
        *,
        agent: str | None = None,
        status: Status | None = None,
        before: str | None = None,
        limit: int = 50,
    ) -> Sequence[Stored]:
        """Requests, newest first, with ids smaller than `before`."""

    async def receipt(self, request_id: str) -> str | None:
        """The stored receipt of a decided request."""

    async def keep_receipt(self, request_id: str, receipt: str) -> str:
        """Store a receipt once; returns the one that was stored first."""

    async def decision_event(self, request_id: str) -> str | None:
        """Hex hash of the audit event that decided a request."""

    async def queue_ahead(self, request: ApprovalRequest) -> int:
        """How many pending requests under the same escalation policy came before this one."""

    async def turnarounds(self, request: ApprovalRequest) -> Sequence[Turnaround]:
        """The latest requests under the same escalation policy that people decided, latest first."""

    async def pending_for(self, person: str, *, limit: int = 50) -> Sequence[Stored]:
        """What waits and a person may see (by their id in the policy), in the order of `domain.precedence`.

        Looks through the first few thousand that wait.
        """

    async def open_samples(self, *, limit: int = 500) -> Sequence[Stored]:
        """Requests whose quality check is open, newest first; `domain.blinding.blind` hides the decision."""

    def watch(self, listener: Callable[[Sequence[str]], None]) -> Callable[[], None]:
        """Call the listener, on the event loop, with ids that changed in a commit; returns how to stop."""

    def watch_work(self, listener: Callable[[timedelta], None]) -> Callable[[], None]:
        """Call the listener, on the event loop, after each commit that may have left work.

        It is told how soon to look: later where another process will, that has a worker.
        """
