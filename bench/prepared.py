"""Submissions and presses as they reach the store: read, ruled on and signed for, but not stored yet."""

from __future__ import annotations

import asyncio
from collections.abc import Iterable
from typing import cast

import msgspec

from adapters.agents.packets import asked_of, packet_of
from adapters.agents.payload import SubmitBody
from bench.door import TEAM
from bench.policy import AGENT, POLICY, body
from bot.domain import ids
from bot.domain.choice import Choice
from bot.domain.directory import Identity
from bot.domain.moves import Press, Presser
from bot.intake import Intake
from bot.metrics import Metrics
from bot.now import utc_now
from bot.policy import Policy, parse_policy
from bot.ports import Store, Stored
from bot.submissions import Ask, Submission, Submitted


def bench_policy() -> Policy:
    """The policy that is measured under, with nothing but the browser connected."""
    return parse_policy(POLICY, "bench.yml").connected({"web"}, {})


def prepared(policy: Policy, count: int) -> list[Submission]:
    """So many submissions that wait for people, as the use case hands them to the store."""
    caught = _Catching()
    intake = Intake(
        store=cast(Store, caught),
        policy=lambda: policy,
        clock=utc_now,
        metrics=Metrics(),
        show=caught.show,
    )
    asyncio.run(_submit(intake, count))
    return caught.submissions


def pressed(requests: Iterable[str]) -> list[Press]:
    """A press on Approve for each request, from an account of Slack's, on a copy that is not known yet."""
    account = Identity(platform="slack", user="U01ANN", tenant=TEAM)
    return [
        Press(
            request_id=request_id,
            command_id=ids.new_id(ids.COMMAND),
            presser=Presser(identity=account, name="ann"),
            choice=Choice.APPROVE,
            revision=1,
            step=1,
            round=1,
            copy_destination="slack:C01SUPPORT",
            copy_message=f"1763700000.{number:06d}",
        )
        for number, request_id in enumerate(requests)
    ]


class _Catching:
    """Takes the place of the store, as far as submitting goes."""

    def __init__(self) -> None:
        self.submissions: list[Submission] = []

    async def submit(self, submission: Submission) -> Submitted:
        """Keep it."""
        self.submissions.append(submission)
        return Submitted(request_id=submission.request.id, code="created", request=submission.request)

    async def show(self, request_id: str, *, agent: str) -> Stored:
        """Nothing here is shown."""
        raise NotImplementedError


async def _submit(intake: Intake, count: int) -> None:
    for number in range(count):
        raw = body(number)
        read = msgspec.json.decode(raw, type=SubmitBody)
        ask = Ask(
            agent=AGENT,
            packet=packet_of(read, len(raw)),
            asked=asked_of(read),
            idempotency_key=f"prepared-{number}",
            body_digest=f"{number:064x}",
        )
        await intake.submit(ask)
