"""The use cases: everything that agents and reviewers can ask of Placet.

Each turns outside input into one move with the facts it needs and hands it to the store; the
answer comes back after the commit.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence
from datetime import timedelta

from bot import references, refusals
from bot.batches import Batches
from bot.domain import drawing, ids
from bot.domain.card import Card
from bot.domain.checking import CHECKING
from bot.domain.directory import Directory, Person
from bot.domain.errors import NotFound
from bot.domain.explanation import Explanation
from bot.domain.forecast import Queue
from bot.domain.more import MoreForm, more_form
from bot.domain.moves import Cancel, Move, OpenView, Press, Redeem, ReportOutcome, Say
from bot.domain.request import ApprovalRequest
from bot.domain.status import OutcomeStatus, Status
from bot.domain.visibility import may_see
from bot.intake import Intake
from bot.metrics import Metrics
from bot.policy_view import PolicyView
from bot.ports import Clock, Moved, Store, Stored
from bot.queueing import Queueing
from bot.reveals import Reveals
from bot.submissions import Accepted, Ask
from bot.waiting import Waiting

#: a long poll never holds an answer longer than this
LONGEST_WAIT = timedelta(seconds=60)


class Approvals:
    """What can be done with approval requests."""

    def __init__(
        self,
        *,
        store: Store,
        policy: Callable[[], PolicyView],
        clock: Clock,
        signer: references.Signer,
        metrics: Metrics | None = None,
        directory: Callable[[], Directory] | None = None,
    ) -> None:
        """`directory` says who is who for showing; without it the policy alone does."""
        self._directory = directory or (lambda: policy().directory)
        self._store = store
        self._policy = policy
        self._signer = signer
        self._metrics = metrics or Metrics()
        self._waiting = Waiting(store)
        self._intake = Intake(store=store, policy=policy, clock=clock, metrics=self._metrics, show=self.show)
        self.reveals = Reveals(store)
        self.batches = Batches(
            store=store,
            directory=lambda: policy().directory,
            signer=signer,
            draw=self.draw,
            queueing=Queueing(store=store, clock=clock),
        )

    async def submit(self, ask: Ask) -> Accepted:
        """Store a request; on a replay of an idempotency key, the one stored first as it stands now.

        Raises `Invalid`, `Forbidden`, `Conflict` (the open-request limit) or `Busy`; then nothing is stored.
        """
        return await self._intake.submit(ask)

    async def dry_run(self, ask: Ask) -> Explanation:
        """What a submission would get now, and why; nothing is stored."""
        return await self._intake.dry_run(ask)

    async def show(self, request_id: str, *, agent: str) -> Stored:
        """An agent's own request; raises `NotFound` for any other."""
        stored = await self._store.read(request_id) if ids.is_id(request_id, ids.REQUEST) else None
        if stored is None or stored.request.agent != agent:
            raise NotFound
        return stored

    async def wait(self, request_id: str, *, agent: str, at_most: timedelta) -> Stored:
        """As `show`, but held until the request is final or the time has passed."""
        with self._waiting.on(request_id) as changed:
            stored = await self.show(request_id, agent=agent)
            ends_at = asyncio.get_running_loop().time() + min(at_most, LONGEST_WAIT).total_seconds()
            while not stored.request.status.is_final and await changed.before(ends_at):
                stored = await self.show(request_id, agent=agent)
        return stored

    async def listing(
        self, *, agent: str, status: Status | None, before: str | None, limit: int
    ) -> Sequence[Stored]:
        """An agent's own requests, newest first."""
        return await self._store.listing(agent=agent, status=status, before=before, limit=limit)

    async def cancel(self, request_id: str, *, agent: str, reason: str, key: str | None = None) -> Stored:
        """Withdraw a pending request; raises `NotFound` or `Conflict`. `key` is the id of the API key."""
        move = Cancel(
            request_id=request_id, command_id=ids.new_id(ids.COMMAND), agent=agent, reason=reason, key=key
        )
        return await self._agent_move(move, agent)

    async def redeem(
        self, request_id: str, *, agent: str, digest: str, redemption_id: str, key: str | None = None
    ) -> Stored:
        """Take an approval once; raises `NotFound`, `Conflict`, `Invalid` (another digest) or `Gone`."""
        move = Redeem(
            request_id=request_id,
            command_id=ids.new_id(ids.COMMAND),
            agent=agent,
            digest=digest,
            redemption_id=redemption_id,
            key=key,
        )
        return await self._agent_move(move, agent)

    async def report_outcome(
        self, request_id: str, *, agent: str, status: OutcomeStatus, detail: str, key: str | None = None
    ) -> Stored:
        """Record what the agent did; raises `NotFound` or `Conflict`."""
        move = ReportOutcome(
            request_id=request_id,
            command_id=ids.new_id(ids.COMMAND),
            agent=agent,
            status=status,
            detail=detail,
            key=key,
        )
        return await self._agent_move(move, agent)

    async def say(
        self, request_id: str, *, agent: str, text: str, reply_to: str | None, key: str | None = None
    ) -> Stored:
        """Add the agent's words to the request's thread; raises `NotFound`."""
        move = Say(
            request_id=request_id,
            command_id=ids.new_id(ids.COMMAND),
            agent=agent,
            text=text,
            reply_to=reply_to,
            key=key,
        )
        return await self._agent_move(move, agent)

    async def press(self, move: Press) -> Moved:
        """Fold a press; a refusal is an answer, not an error. Raises `NotFound` for an unknown request."""
        moved = await self._store.move(move)
        if moved.request is None:
            raise NotFound("This request is not known here; nothing was recorded.")
        self._note(move, moved)
        return moved

    async def open_view(self, move: OpenView, batch: str | None = None) -> Card:
        """Record that a person opened their own view, and draw it; raises `NotFound`."""
        moved = await self._store.move(move)
        if moved.request is None:
            raise NotFound("This request is not known here.")
        return await self.card(move.request_id, batch)

    async def card(self, request_id: str, batch: str | None = None, *, is_own: bool = False) -> Card:
        """The card as it should be shown now, also to somebody who came from a batch; raises `NotFound`.

        `is_own`: it is shown in the place of an answer, which is no copy of the card.
        """
        stored = await self._store.read(request_id)
        if stored is None:
            raise NotFound("This request is not known here.")
        return self.draw(stored, batch=batch, is_own=is_own)

    def draw(
        self,
        stored: Stored,
        queue: Queue | None = None,
        batch: str | None = None,
        *,
        in_browser: bool = False,
        is_own: bool = False,
    ) -> Card:
        """The card of a stored request; with its place in the queue where somebody asked for that."""
        reference = references.write(self._signer, stored.request, batch, is_own=is_own)
        return drawing.draw(
            stored.request,
            stored.packet,
            self._directory(),
            reference=reference,
            original=stored.original,
            queue=queue,
            said=stored.said,
            in_browser=in_browser,
        )

    def own_reference(self, request: ApprovalRequest) -> str:
        """What a button carries that stands under an answer instead of a card."""
        return references.write(self._signer, request, is_own=True)

    async def more(self, request_id: str, person: str) -> MoreForm:
        """What else a person of the policy can do with a request now; raises `NotFound`."""
        stored = await self._store.read(request_id)
        somebody = self._policy().directory.people.get(person)
        if stored is None or somebody is None:
            raise NotFound("This request is not known here.")
        return self.more_of(stored, somebody)

    def more_of(self, stored: Stored, person: Person) -> MoreForm:
        """As `more`, of a stored request."""
        reference = references.write(self._signer, stored.request)
        return more_form(stored.request, self._policy().directory, person, reference=reference)

    def reference(self, text: str) -> references.Reference:
        """What a pressed button stands for; raises `Invalid`."""
        return references.read(self._signer, text)

    async def may_see(self, request_id: str, person: str) -> bool:
        """Whether a person may see a request: they may decide it, were asked about it, or lead its action."""
        # Some of what stands in an address is no text for a database.
        stored = await self._store.read(request_id) if ids.is_id(request_id, ids.REQUEST) else None
        return stored is not None and may_see(self._directory(), stored.request, person)

    async def stands_at(self, request_id: str, platform: str, message: str) -> bool:
        """Whether a copy of a request's card is this message of the platform's."""
        return await self._store.request_at(platform, message) == request_id

    def _note(self, move: Press, moved: Moved) -> None:
        if moved.answer.code == CHECKING:
            return
        if not moved.answer.accepted:
            self._metrics.press_refused(moved.answer.code)
            return
        self._metrics.pressed(move.choice.value, via=move.presser.identity.platform)

    async def _agent_move(self, move: Move, agent: str) -> Stored:
        if not ids.is_id(move.request_id, ids.REQUEST):
            # Some of what stands in an address is no text for a database.
            raise NotFound
        moved = await self._store.move(move)
        if moved.request is None or moved.request.agent != agent:
            raise NotFound
        if not moved.answer.accepted:
            raise refusals.of_move(moved.answer)
        return await self.show(move.request_id, agent=agent)
