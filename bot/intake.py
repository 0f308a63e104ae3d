"""Taking in what agents submit: ruled on, stored once, and ruled on again when the rules change meanwhile."""

from __future__ import annotations

from collections.abc import Callable
from typing import Protocol

from bot import refusals
from bot.domain import ids
from bot.domain.errors import Busy, Forbidden, Invalid, NotFound
from bot.domain.evolve import evolved
from bot.domain.explanation import Explanation
from bot.domain.history import scope_of
from bot.domain.moves import Cancel
from bot.domain.packet import ReviewPacket
from bot.domain.request import ApprovalRequest
from bot.domain.rules import Deferred
from bot.domain.status import Status
from bot.metrics import Metrics
from bot.policy_view import PolicyView
from bot.ports import Clock, Store, Stored
from bot.submissions import Accepted, Ask, Submission

#: a submission is ruled on again when something is set by mention meanwhile, at most so often
_TRIES = 5


class Show(Protocol):
    """Reads an agent's own request."""

    async def __call__(self, request_id: str, *, agent: str) -> Stored:
        """Raises `NotFound` for any other."""


class Intake:
    """The use case of submitting."""

    def __init__(
        self,
        *,
        store: Store,
        policy: Callable[[], PolicyView],
        clock: Clock,
        metrics: Metrics,
        show: Show,
    ) -> None:
        self._store = store
        self._policy = policy
        self._clock = clock
        self._metrics = metrics
        self._show = show

    async def submit(self, ask: Ask) -> Accepted:
        """Store a request; on a replay of an idempotency key, the one stored first as it stands now.

        Raises `Invalid`, `Forbidden`, `Conflict` (the open-request limit) or `Busy`; then nothing is stored.
        """
        for _ in range(_TRIES):
            accepted = await self._try(ask)
            if accepted is not None:
                return accepted
        raise Busy

    async def dry_run(self, ask: Ask) -> Explanation:
        """What a submission would get now, and why; nothing is stored.

        What others submit at this moment is not counted: only the submission itself is ruled on by that.
        """
        policy, now = self._policy(), self._clock()
        found = policy.assess(ask.agent, ask.packet, ask.asked, now)
        history = None
        if found.deferred is not None:
            history = await self._store.history(scope_of(ask.agent, found.proposal), found.deferred.needs)
        return policy.explain(ask, found, history, now)

    async def _try(self, ask: Ask) -> Accepted | None:
        """As `submit`, or None when what it was ruled on under was set anew meanwhile."""
        policy = self._policy()
        try:
            request, packet, deferred = self._ruled(ask, policy)
        except (Invalid, Forbidden):
            # The policy may have changed, or a deadline passed, since the same body was taken.
            replayed = await self._replayed(ask)
            if replayed is None:
                raise
            return replayed
        supersedes = await self._withdrawal(ask, request)
        submission = Submission(
            request=request,
            packet=packet,
            key_id=ask.key_id,
            idempotency_key=ask.idempotency_key,
            body_digest=ask.body_digest,
            steering=policy.directory.steering.version,
            supersedes=supersedes,
            deferred=deferred,
        )
        submitted = await self._store.submit(submission)
        if submitted.code == "outdated":
            return None
        self._metrics.submitted(submitted.code)
        if submitted.code == "created" and submitted.request is not None:
            return Accepted(stored=Stored(request=submitted.request, packet=packet), created=True)
        if submitted.code == "replayed":
            return Accepted(stored=await self._show(submitted.request_id, agent=ask.agent), created=False)
        raise refusals.of_submission(submitted.code)

    async def _replayed(self, ask: Ask) -> Accepted | None:
        if ask.idempotency_key is None:
            return None
        earlier = await self._store.earlier(ask.agent, ask.idempotency_key)
        if earlier is None or earlier.body_digest != ask.body_digest:
            return None
        return Accepted(stored=await self._show(earlier.request_id, agent=ask.agent), created=False)

    async def _withdrawal(self, ask: Ask, request: ApprovalRequest) -> Cancel | None:
        """What ends the request that this one takes the place of."""
        if not ask.supersedes:
            return None
        await self._must_be_own(ask.supersedes, ask.agent)
        return Cancel(
            request_id=ask.supersedes,
            command_id=ids.new_id(ids.COMMAND),
            agent=ask.agent,
            reason=f"superseded by {request.id}",
            superseded_by=request.id,
        )

    async def _must_be_own(self, superseded: str, agent: str) -> None:
        try:
            await self._show(superseded, agent=agent)
        except NotFound as error:
            raise Invalid(
                "supersedes names no approval request of yours; leave it out or name one.", field="supersedes"
            ) from error

    def _ruled(self, ask: Ask, policy: PolicyView) -> tuple[ApprovalRequest, ReviewPacket, Deferred | None]:
        now = self._clock()
        assessment = policy.assess(ask.agent, ask.packet, ask.asked, now)
        request = ApprovalRequest(
            id=ids.new_id(ids.REQUEST, at=now.timestamp()),
            agent=ask.agent,
            created_at=now,
            status=Status.PENDING,
            version=0,
            terms=assessment.terms,
            proposal=assessment.proposal,
        )
        summary = assessment.proposal.summary
        packet = evolved(ask.packet, action=evolved(ask.packet.action, summary=summary))
        return request, packet, assessment.deferred
