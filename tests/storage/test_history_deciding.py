"""Ruling by what came before: each request sees all before it, however many arrive at once, wherever."""

from __future__ import annotations

import asyncio
import threading
from collections import Counter
from collections.abc import Iterable, Sequence
from decimal import Decimal
from typing import Any

from sqlalchemy import Connection, event

from bot.domain.choice import Choice
from bot.domain.history import AMOUNTS, NAMES, History, HistoryScope
from bot.domain.invariants import Bounds
from bot.domain.request import ApprovalRequest, Ruling
from bot.domain.rules import Deferred, Known, Question, Rule, RuleSet, UnmetError, evaluate, meanwhile
from bot.domain.status import Mode
from bot.domain.steering import Pause
from bot.steering import Change, Kind
from bot.submissions import Submission, Submitted
from storage.history_reading import _SOURCES
from storage.steering import SteeringKeeper
from storage.store import SqlStore
from storage.writer import commit
from tests.builders import AGENT, NOW, a_press, a_reason, a_request
from tests.fakes.clock import MovedClock
from tests.storage.conftest import Opener
from tests.storage.losing import losing_answers
from tests.storage.steps import Company, a_submission, count, in_one_batch, submitted

#: so many open requests that nobody locks an agent to count them
FAR = 1_000_000
#: somebody in this database waits for another; other workers use the same server
WAITS = "datname = current_database() AND wait_event_type = 'Lock' AND wait_event = 'advisory'"
DEFAULT = Ruling(mode=Mode.GATE, rule="default", why="No rule matched.")


def below(name: str, most: int) -> Rule:
    """A rule that lets run by itself what has less of a value of history."""

    def holds(_: object, known: Known) -> bool:
        if known is None or name not in known:
            raise UnmetError(f"history.{name} is not there")
        return known[name] < most

    return Rule(
        name="first-few",
        owner="ann",
        why="The first few are routine.",
        then=Mode.AUTO,
        reads=frozenset({name}),
        holds=holds,
        matched=lambda case, known: {},
    )


def claims(
    number: int, *rules: Rule, keys: Sequence[str] = (), body: str = "", **changes: Any
) -> list[Submission]:
    """Submissions that these rules rule on."""
    question = Question(
        rules=RuleSet(others=rules), case=None, default=DEFAULT, bounds=Bounds(irreversible=False)
    )
    deferred = evaluate(question)
    assert isinstance(deferred, Deferred)
    changes = {"irreversible": False, "ruling": meanwhile(deferred)} | changes
    return [
        a_submission(
            a_request(**changes), body, deferred=deferred, idempotency_key=keys[index] if keys else None
        )
        for index in range(number)
    ]


def automatic(answers: Iterable[Submitted]) -> list[ApprovalRequest]:
    """What ran by itself."""
    return [request for request in _created(answers) if request.proposal.ruling.mode is Mode.AUTO]


def _created(answers: Iterable[Submitted]) -> list[ApprovalRequest]:
    return [answer.request for answer in answers if answer.request is not None]


def test_every_name_of_history_is_read_from_somewhere() -> None:
    assert _SOURCES.keys() == NAMES
    assert {name for name, source in _SOURCES.items() if source.number == "amount"} == AMOUNTS


async def test_of_a_hundred_at_once_exactly_the_first_three_run_by_themselves(store: SqlStore) -> None:
    answers = await asyncio.gather(
        *(store.submit(one) for one in claims(100, below("agent_action_count", 3)))
    )

    ran = automatic(answers)
    assert [request.proposal.ruling.history for request in ran] == [
        {"agent_action_count": count} for count in range(3)
    ]
    assert all(request.proposal.ruling.rule == "first-few" for request in ran)


async def test_a_subject_has_its_own_three_whichever_agent_asks(store: SqlStore) -> None:
    rule = below("same_subject_30d", 3)
    asked = [
        *claims(20, rule, subject="c-1"),
        *claims(20, rule, subject="c-1", agent="other-bot", action="credit.issue"),
        *claims(20, rule, subject="c-2"),
    ]
    answers = await asyncio.gather(*(store.submit(one) for one in asked))

    assert Counter(request.proposal.subject for request in automatic(answers)) == {"c-1": 3, "c-2": 3}


async def test_two_processes_together_let_three_run_by_themselves(
    open_store: Opener, company: Company
) -> None:
    company.limit_open_requests(FAR)
    stores = (open_store(), open_store())
    asked = claims(100, below("agent_action_count", 3))
    answers = await asyncio.gather(*(stores[n % 2].submit(one) for n, one in enumerate(asked)))

    assert len(automatic(answers)) == 3


async def test_who_rules_by_a_count_waits_until_the_one_before_has_committed(
    postgres_database: str, open_at: Opener, company: Company
) -> None:
    company.limit_open_requests(FAR)
    began, go_on = threading.Event(), threading.Event()

    def slowly(connection: Connection) -> None:
        began.set()
        assert go_on.wait(60)
        commit(connection)

    slow, other = open_at(postgres_database, commit=slowly), open_at(postgres_database)
    rule = below("agent_action_count", 3)
    first = [asyncio.ensure_future(slow.submit(one)) for one in claims(3, rule)]
    await asyncio.to_thread(began.wait, 60)
    second = [asyncio.ensure_future(other.submit(one)) for one in claims(3, rule)]
    while not await count(slow, "pg_stat_activity", WAITS):
        assert not any(one.done() for one in second)
    go_on.set()

    assert len(automatic(await asyncio.gather(*first, *second))) == 3


async def test_what_is_paused_while_a_ruling_waits_for_a_count_does_not_run(
    postgres_database: str, open_at: Opener, company: Company
) -> None:
    company.limit_open_requests(FAR)
    began, go_on = threading.Event(), threading.Event()

    def slowly(connection: Connection) -> None:
        began.set()
        assert go_on.wait(60)
        commit(connection)

    slow, other = open_at(postgres_database, commit=slowly), open_at(postgres_database)
    third = open_at(postgres_database)
    first, second = claims(2, below("agent_action_count", 3))
    ahead = asyncio.ensure_future(slow.submit(first))
    await asyncio.to_thread(began.wait, 60)
    behind = asyncio.ensure_future(other.submit(second))
    while not await count(third, "pg_stat_activity", WAITS):
        assert not behind.done()
    pause = Pause(match="refund.*", by="ann", made_at=NOW)
    change = Change(
        id="pause-1", kind=Kind.PAUSE, name="refund.*", person="ann", after=pause, matches=("refund.*",)
    )
    assert (await SteeringKeeper(third).change(change)).code == "made"
    go_on.set()

    assert len(automatic(await asyncio.gather(ahead, behind))) == 1
    assert all(one.proposal.ruling.mode is Mode.GATE for one in _created([behind.result()]))


async def test_requests_that_waited_for_people_count_as_well(store: SqlStore) -> None:
    for _ in range(2):
        await submitted(store)
    answers = await asyncio.gather(*(store.submit(one) for one in claims(9, below("agent_action_count", 3))))

    assert len(automatic(answers)) == 1


async def test_replays_are_nobodys_predecessors(store: SqlStore) -> None:
    rule = below("agent_action_count", 3)
    await store.submit(claims(1, rule, keys=["k0"])[0])
    # Twice what is stored, twice another under one key, and then the third.
    keys = ["k0", "k0", "k1", "k1", "k2", "k3"]
    answers = await in_one_batch(store, *(store.submit(one) for one in claims(6, rule, keys=keys)))

    assert Counter(answer.code for answer in answers) == {"replayed": 3, "created": 3}
    assert [one.proposal.ruling.history["agent_action_count"] for one in automatic(answers)] == [1, 2]
    assert {one.proposal.ruling.mode for one in _created(answers)} == {Mode.AUTO, Mode.GATE}


async def test_a_commit_in_doubt_is_counted_once(open_store: Opener) -> None:
    losing = losing_answers("after", "before", "killed")
    store = open_store(commit=losing)
    asked = claims(12, below("agent_action_count", 3))
    answers = [await store.submit(one) for one in asked[:4]]
    answers += await asyncio.gather(*(store.submit(one) for one in asked[4:]))

    assert losing.lost >= 2
    assert len(automatic(answers)) == 3
    scope = HistoryScope(agent=AGENT, action="refund.issue")
    assert await store.history(scope, {"agent_action_count"}) == History(agent_action_count=12)


async def test_a_value_that_is_not_there_gates(store: SqlStore) -> None:
    (submission,) = claims(1, below("same_subject_30d", 3), subject=None)
    answer = await store.submit(submission)

    assert answer.request is not None
    assert answer.request.proposal.ruling.mode is Mode.GATE
    assert "history.same_subject_30d" in answer.request.proposal.ruling.why


async def test_what_people_said_of_a_subject_is_history(store: SqlStore) -> None:
    yes, no = await submitted(store, subject="c-1"), await submitted(store, subject="c-1")
    await store.move(a_press(yes))
    await store.move(a_press(no, choice=Choice.REJECT, reason=a_reason()))
    rule = below("rejected_before", 1)
    answers = [await store.submit(claims(1, rule, subject=subject)[0]) for subject in ("c-1", "c-2")]

    assert [request.proposal.subject for request in automatic(answers)] == ["c-2"]
    scope = HistoryScope(agent=AGENT, action="refund.issue", subject="c-1", currency="EUR")
    history = await store.history(scope, NAMES)
    assert (history.approved_before, history.rejected_before) == (1, 1)
    assert history.agent_action_rejected_30d == 1


async def test_days_pass_and_thirty_of_them_are_remembered(store: SqlStore, clock: MovedClock) -> None:
    scope = HistoryScope(agent=AGENT, action="refund.issue", subject="c-1", currency="EUR")
    await submitted(store, subject="c-1", mode=Mode.AUTO, irreversible=False, amount=Decimal("1.10"))
    expected = History(
        agent_action_count=1,
        agent_action_30d=1,
        agent_action_today=1,
        automatic_today=1,
        automatic_amount_today=Decimal("1.1"),
        subject_automatic_amount_30d=Decimal("1.1"),
    )
    names = expected.values().keys()
    assert await store.history(scope, names) == expected

    clock.advance(days=29)
    today = {name: value for name, value in expected.values().items() if "today" not in name}
    assert (await store.history(scope, names)).values() == today | {
        "agent_action_today": 0,
        "automatic_today": 0,
        "automatic_amount_today": Decimal(0),
    }

    clock.advance(days=1)
    history = await store.history(scope, names)
    assert (history.agent_action_count, history.agent_action_30d) == (1, 0)
    assert history.subject_automatic_amount_30d == 0


async def test_amounts_of_another_currency_are_not_mixed_in(store: SqlStore) -> None:
    for currency, amount in (("EUR", "10.00"), ("USD", "5.00"), ("EUR", "0.0101")):
        await submitted(store, mode=Mode.AUTO, irreversible=False, amount=Decimal(amount), currency=currency)
    scope = HistoryScope(agent=AGENT, action="refund.issue", currency="EUR")
    history = await store.history(scope, {"automatic_today", "automatic_amount_today"})

    assert history == History(automatic_today=3, automatic_amount_today=Decimal("10.0101"))


async def test_submissions_that_read_no_history_read_no_counts_and_take_no_lock(store: SqlStore) -> None:
    seen: list[str] = []
    event.listen(store._writes, "before_cursor_execute", lambda *given: seen.append(given[2]))
    await submitted(store)
    assert not [sql for sql in seen if sql.startswith("SELECT") and ("history" in sql or "unnest" in sql)]

    seen.clear()
    await store.submit(claims(1, below("agent_action_count", 3))[0])
    assert [sql for sql in seen if sql.startswith("SELECT") and "history_count" in sql]
