"""Counts: written with the request, once each, and by day until they are old."""

from __future__ import annotations

import asyncio
from datetime import timedelta
from decimal import Decimal
from typing import Any

from bot.domain.choice import Choice
from bot.domain.moves import CardPosted
from bot.domain.status import Mode
from storage.history_keys import agent_action_key, agent_key, subject_key
from storage.history_pruning import fold_days
from storage.store import SqlStore
from tests.builders import AGENT, a_press, a_reason, a_request
from tests.fakes.clock import MovedClock
from tests.storage.steps import a_command, a_submission, current, rows, submitted

_NUMBERS = ("submitted", "automatic", "approved", "rejected", "amount")


async def counted(store: SqlStore, key: str) -> dict[str, int]:
    """What is stored under a key, of all days, actions, currencies and shards."""
    sums = ", ".join(f"coalesce(sum({name}), 0)" for name in _NUMBERS)
    found = await rows(store, f"SELECT {sums} FROM history_count WHERE key = :key", key=key)
    return {name: int(number) for name, number in zip(_NUMBERS, found[0], strict=True)}


def numbers(**given: int) -> dict[str, int]:
    """These numbers, and 0 for the others."""
    return dict.fromkeys(_NUMBERS, 0) | given


async def test_what_waits_for_people_counts_as_submitted(store: SqlStore) -> None:
    await submitted(store, subject="c-118")

    assert await counted(store, subject_key("c-118")) == numbers(submitted=1)
    assert await counted(store, agent_action_key(AGENT, "refund.issue")) == numbers(submitted=1)
    assert await counted(store, agent_key(AGENT)) == numbers()


async def test_what_runs_by_itself_counts_as_automatic_with_its_amount(store: SqlStore) -> None:
    for mode in (Mode.AUTO, Mode.NOTIFY, Mode.VETO):
        window = timedelta(minutes=5) if mode is Mode.VETO else None
        await submitted(
            store, mode=mode, window=window, irreversible=False, subject="c-118", amount=Decimal("10.05")
        )

    ran = numbers(submitted=3, automatic=3, amount=301_500)
    assert await counted(store, subject_key("c-118")) == ran
    assert await counted(store, agent_action_key(AGENT, "refund.issue")) == ran
    assert await counted(store, agent_key(AGENT)) == ran


async def test_what_would_have_run_but_cannot_be_undone_is_not_automatic(store: SqlStore) -> None:
    await submitted(store, mode=Mode.AUTO, irreversible=True, subject="c-118")

    assert await counted(store, agent_key(AGENT)) == numbers()
    assert await counted(store, subject_key("c-118")) == numbers(submitted=1)


async def test_what_people_decide_counts_about_the_subject(store: SqlStore) -> None:
    yes, no = await submitted(store, subject="c-118"), await submitted(store, subject="c-118")
    await store.move(a_press(yes))
    await store.move(a_press(no, choice=Choice.REJECT, reason=a_reason()))

    assert await counted(store, subject_key("c-118")) == numbers(submitted=2, approved=1, rejected=1)
    assert await counted(store, agent_action_key(AGENT, "refund.issue")) == numbers(
        submitted=2, approved=1, rejected=1
    )


async def test_what_nobody_objected_to_is_nothing_that_people_approved(
    store: SqlStore, clock: MovedClock
) -> None:
    ran = await submitted(
        store, subject="c-118", mode=Mode.VETO, window=timedelta(minutes=5), irreversible=False, amount=None
    )
    place = {"destination": "slack:C0REFUNDS", "shown_digest": "d"}
    await store.move(CardPosted(request_id=ran.id, command_id=a_command(), **place))
    clock.advance(minutes=5)

    assert await store.fire_due(10) == 1
    assert (await current(store, ran)).ran_by_rule
    assert await counted(store, subject_key("c-118")) == numbers(submitted=1, automatic=1)
    assert await counted(store, agent_action_key(AGENT, "refund.issue")) == numbers(submitted=1, automatic=1)


async def test_what_people_take_back_stays_automatic_and_counts_as_rejected(store: SqlStore) -> None:
    ran = await submitted(store, subject="c-118", mode=Mode.AUTO, irreversible=False, amount=None)
    taken_back = await store.move(a_press(ran, choice=Choice.OVERRIDE, reason=a_reason()))

    assert taken_back.answer.accepted
    assert await counted(store, subject_key("c-118")) == numbers(submitted=1, automatic=1, rejected=1)


async def test_a_replay_counts_once(store: SqlStore) -> None:
    first = a_submission(a_request(subject="c-118"), body="b", idempotency_key="k")
    again = a_submission(a_request(subject="c-118"), body="b", idempotency_key="k")
    other = a_submission(a_request(subject="c-118"), body="another", idempotency_key="k")
    await store.submit(first)
    answers = await asyncio.gather(*(store.submit(one) for one in (again, other, first)))
    await asyncio.gather(*(store.submit(one) for one in (again, again)))

    assert [answer.code for answer in answers] == ["replayed", "key_reused", "created"]
    assert await counted(store, subject_key("c-118")) == numbers(submitted=1)


async def test_a_press_that_is_delivered_twice_counts_once(store: SqlStore) -> None:
    request = await submitted(store, subject="c-118")
    press = a_press(request)
    await asyncio.gather(store.move(press), store.move(press))

    assert (await counted(store, subject_key("c-118")))["approved"] == 1


async def test_old_days_are_folded_into_one_row_and_nothing_is_lost(
    store: SqlStore, clock: MovedClock
) -> None:
    for _ in range(40):
        await submitted(store, subject="c-118", mode=Mode.AUTO, irreversible=False, amount=Decimal("1.50"))
        clock.advance(days=1)
    before = await counted(store, subject_key("c-118"))

    while await store.write(lambda connection, batch: fold_days(connection, batch, 2)):
        pass

    assert (
        await counted(store, subject_key("c-118"))
        == before
        == numbers(submitted=40, automatic=40, amount=600_000)
    )
    days = await rows(
        store, "SELECT day FROM history_count WHERE key = :key ORDER BY day", key=subject_key("c-118")
    )
    kept: list[Any] = [row.day for row in days]
    assert kept[0] == 0
    assert len(kept) == 1 + 29  # today has none yet
