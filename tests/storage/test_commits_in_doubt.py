"""COMMITs whose answers are lost, two hundred times under all that can be asked: nothing doubled or lost."""

import asyncio
import random
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

import pytest

import storage.writer
from bot.domain.choice import Choice
from bot.domain.ids import new_id
from bot.domain.moves import Cancel, Press, ReportOutcome, Say
from bot.domain.status import OutcomeStatus, Status
from bot.domain.terms import Target
from bot.ports import Attempted, BatchJob, CallbackJob, CardJob, Composed, Done, Job, JobsAhead, RetryLater
from bot.submissions import Submitted
from storage.sealing import seal
from storage.store import SqlStore
from tests.builders import AGENT, a_press, a_request, a_step, channel
from tests.fakes.clock import MovedClock
from tests.storage.conftest import Opener
from tests.storage.losing import losing_at_random
from tests.storage.steps import (
    Company,
    a_command,
    a_submission,
    audit,
    callbacks,
    claimed,
    count,
    rows,
)

LOST = 200
#: requests that are under way at a time
ABREAST = 12
#: each press is answered at an address of its own, as Slack has it; one address takes one message at a time
_ANSWERS = "slack:C1:U1:https://answers.example.com"


@dataclass
class Outside:
    """What agents were told and what they heard back."""

    answers: list[Submitted] = field(default_factory=list)
    #: accepted decisions by request
    decided: dict[str, str] = field(default_factory=dict)
    delivered: list[str] = field(default_factory=list)
    commands: set[str] = field(default_factory=set)
    superseded: set[str] = field(default_factory=set)


class Load:
    """Everything that can be asked of a store, in a random order that a seed fixes."""

    def __init__(self, store: SqlStore, clock: MovedClock, seed: int) -> None:
        self.store = store
        self.clock = clock
        self.dice = random.Random(seed)
        self.outside = Outside()

    async def life(self) -> None:
        """One request from its submission to its end."""
        answer = await self.submit()
        if answer.request is None:
            return
        request = answer.request
        if self.dice.random() < 0.3:
            await self.move(
                Say(request_id=request.id, command_id=a_command(), agent=AGENT, text="By the way")
            )
        presses = [
            a_press(request, name, choice, reply_to=f"{_ANSWERS}/{request.id}/{name}")
            for name, choice in (("ann", Choice.APPROVE), ("ben", Choice.REJECT), ("dan", Choice.APPROVE))
        ]
        self.dice.shuffle(presses)
        if self.dice.random() < 0.3:
            await self.move(
                Cancel(request_id=request.id, command_id=a_command(), agent=AGENT, reason="not needed")
            )
        await asyncio.gather(*(self.press(press) for press in presses[: self.dice.randint(0, 3)]))
        if self.outside.decided.get(request.id) == Choice.APPROVE:
            outcome = ReportOutcome(
                request_id=request.id,
                command_id=a_command(),
                agent=AGENT,
                status=OutcomeStatus.SUCCEEDED,
                detail="done",
            )
            await self.move(outcome)

    async def submit(self) -> Submitted:
        """Submit, sometimes twice under one key as an impatient agent does."""
        made = {
            "steps": (a_step(self.somewhere()), a_step(self.somewhere())),
            "callback_url": f"https://h{self.dice.randrange(20)}.example.com/placet",
            "created_at": self.clock(),
        }
        request = a_request(**made)
        key = new_id("key") if self.dice.random() < 0.5 else None
        one = a_submission(request, idempotency_key=key)
        two = a_submission(a_request(**made), idempotency_key=key)
        calls = [self.store.submit(one)]
        if key is not None:
            calls.append(self.store.submit(two))
        answers = await asyncio.gather(*calls)
        assert sorted(answer.code for answer in answers) == ["created", "replayed"][: len(answers)]
        assert len({answer.request_id for answer in answers}) == 1
        created = next(answer for answer in answers if answer.code == "created")
        self.outside.answers.append(created)
        return created

    def somewhere(self) -> Target:
        """One of many channels."""
        return channel(f"slack:C{self.dice.randrange(60)}")

    async def press(self, press: Press) -> None:
        """Press, sometimes delivered twice as a chat platform does."""
        moved = await self.move(press)
        if moved.answer.code == "recorded":
            assert press.request_id not in self.outside.decided, "decided twice"
            self.outside.decided[press.request_id] = press.choice

    async def move(self, move: Any) -> Any:
        """Make a move; the same one again gets the same answer."""
        self.outside.commands.add(move.command_id)
        moved = await self.store.move(move)
        if self.dice.random() < 0.3:
            assert (await self.store.move(move)).answer == moved.answer
        return moved

    async def work(self) -> None:
        """As a worker does: claim, carry out, settle; fire timers; seal."""
        await self.store.fire_due(200)
        jobs = await claimed(self.store, limit=512, compose=_own_id)
        await self.store.settle([await self.carried(job) for job in jobs])
        await self.store.write(lambda connection, batch: seal(connection, batch, lambda text: ("k", text)))

    async def carried(self, job: Job) -> Attempted:
        """What an attempt came to."""
        if self.dice.random() < 0.2:
            sent = RetryLater(why="It did not answer.", uncertain=True)
            return Attempted(job=job, sent=sent, retry_at=self.clock() + timedelta(seconds=10))
        if isinstance(job, CallbackJob):
            assert job.body == job.id.encode()
            self.outside.delivered.append(job.id)
        shown = job.wanted_version if isinstance(job, CardJob) else 0
        # A burst for one channel stands in one message.
        together = await self.store.batch(job.id) if isinstance(job, BatchJob) else ()
        return Attempted(
            job=job,
            sent=Done(message=f"m {new_id('x')}"),
            retry_at=None,
            shown_version=shown,
            shown_versions={request.id: request.version for request in together},
        )


@pytest.mark.timeout(400)
async def test_nothing_is_doubled_and_nothing_lost(
    open_store: Opener, clock: MovedClock, company: Company, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(storage.writer, "PAUSE", 0)
    company.limit_open_requests(0)
    losing = losing_at_random(7)
    store = open_store(commit=losing, patience=600.0)
    load = Load(store, clock, 7)
    while losing.lost < LOST:
        await asyncio.gather(*(load.life() for _ in range(ABREAST)), load.work())
        clock.advance(seconds=61)
    await _carry_everything(load, clock)

    outside, requests = load.outside, {answer.request_id for answer in load.outside.answers}
    assert len(requests) == len(outside.answers) > ABREAST
    assert {row.id for row in await rows(store, "SELECT id FROM approval")} == requests
    assert {row.id for row in await rows(store, "SELECT id FROM command")} == outside.commands
    await _one_end_each(store, outside)
    await _one_card_each_and_callbacks_once(store, outside)
    report = await audit(store)
    assert (report.problems, report.unsealed) == ([], 0)


def _own_id(job: CallbackJob, *, receipt: str | None, decided_in: str | None) -> Composed:
    """A body that no other callback has."""
    return Composed(body=job.id.encode(), receipt=receipt)


async def _carry_everything(load: Load, clock: MovedClock) -> None:
    """Let every timer end and every job be done."""
    for _ in range(200):
        clock.advance(minutes=20)
        await load.work()
        if await load.store.next_timer() is None and await load.store.jobs_ahead(()) == JobsAhead():
            return
    timer, jobs = await load.store.next_timer(), await load.store.jobs_ahead(())
    places = "SELECT destination, due_at, attempts FROM"
    left = [
        await rows(load.store, f"{places} {name} WHERE due_at IS NOT NULL") for name in ("outbox", "card")
    ]
    raise AssertionError(f"there is always something due at {clock()}: {timer}, {jobs}, {left}")


async def _one_end_each(store: SqlStore, outside: Outside) -> None:
    ends = "kind IN ('request.decided', 'request.cancelled', 'request.expired')"
    ended = [row.subject for row in await rows(store, f"SELECT subject FROM audit_event WHERE {ends}")]
    assert len(ended) == len(set(ended)) == len(outside.answers)
    statuses = {row.id: row.status for row in await rows(store, "SELECT id, status FROM approval")}
    assert Status.PENDING not in statuses.values()
    for request_id, choice in outside.decided.items():
        expected = Status.APPROVED if choice == Choice.APPROVE else Status.REJECTED
        assert statuses[request_id] == expected
    submitted = "kind = 'request.submitted'"
    assert await count(store, "audit_event", submitted) == len(outside.answers)
    assert await count(store, "audit_event", "kind = 'vote.cast'") == len(outside.decided)


async def _one_card_each_and_callbacks_once(store: SqlStore, outside: Outside) -> None:
    assert await count(store, "card") == await count(store, "audit_event", "kind = 'card.posted'")
    assert await count(store, "outbox", "kind <> 'callback'") == 0
    assert await callbacks(store) == []
    finals = "kind = 'callback' AND text <> 'approval.escalated'"
    assert await count(store, "outbox", finals) == len(outside.answers)
    assert await count(store, "outbox", "state <> 'done'") == 0
    taken = await count(store, "audit_event", "kind = 'callback.taken'")
    assert taken == await count(store, "outbox") == len(set(outside.delivered))
    bodies = await rows(store, "SELECT id, body FROM outbox")
    assert all(row.body == row.id for row in bodies)
