"""Copies of a request are requests: listed, decided, and their timers run out; on both databases."""

from bench.scale.asking import CLAIMED, asked, claiming, firing, questions
from bench.scale.living import TOGETHER, lives
from bench.scale.stock import stock
from bot.domain.request import ApprovalRequest
from bot.domain.status import Status
from storage.stamps import to_stamp
from storage.store import SqlStore
from tests.builders import AGENT, a_press, a_step
from tests.fakes.clock import MovedClock
from tests.storage.conftest import *  # noqa: F403  # stores on both databases
from tests.storage.steps import Company, count, current, submitted

MANY = 2 * CLAIMED


async def _stocked(store: SqlStore, url: str, clock: MovedClock) -> ApprovalRequest:
    template = await submitted(store, steps=(a_step(wait=1), a_step(wait=10_000)))
    clock.advance(minutes=2)
    assert list(stock(url, template.id, range(MANY), due_at=to_stamp(clock.now))) == [MANY]
    clock.advance(seconds=CLAIMED)
    return template


async def test_copies_are_listed_and_decided(store: SqlStore, url: str, clock: MovedClock) -> None:
    await _stocked(store, url, clock)
    listed = await store.listing(agent=AGENT, status=Status.PENDING, limit=MANY + 10)
    assert len(listed) == MANY + 1

    await store.move(a_press(listed[-1].request))
    assert (await current(store, listed[-1].request)).status is Status.APPROVED
    assert listed[0].packet == listed[-1].packet


async def test_timers_of_copies_run_out(store: SqlStore, url: str, clock: MovedClock) -> None:
    template = await _stocked(store, url, clock)
    assert await claiming(store, times=2) > 0
    assert await firing(store, clock, times=1) > 0
    assert await count(store, "audit_event", "kind = 'step.started'") >= CLAIMED
    assert (await current(store, template)).progress.step == 2


async def test_everything_that_is_asked_has_an_answer(store: SqlStore, url: str, clock: MovedClock) -> None:
    template = await _stocked(store, url, clock)
    for question in questions(store, clock, template.id).values():
        assert await asked(question, times=1) > 0


async def test_a_life_ends_with_a_decision(store: SqlStore, company: Company) -> None:
    company.limit_open_requests(TOGETHER)
    cost = await lives(store, TOGETHER)
    assert cost.wall > 0
    assert await count(store, "approval", "ended_at IS NOT NULL") == TOGETHER
