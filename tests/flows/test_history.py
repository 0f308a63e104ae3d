"""What came before: rules that read it, and budgets, when everything comes at once."""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import AsyncIterator, Sequence
from pathlib import Path
from typing import Any

import aiohttp
import pytest
from aiohttp.test_utils import TestServer

from bot.app import App
from tests.flows.world import ANN, POLICY, World, refund

RULES = """
  credit.issue: {{owner: ann, reversible: true, requires: [context.subject.id], amount: arguments.amount,
                  currency: arguments.currency, summary: "Credit {{amount}} {{currency}}"}}
rules:
  - {{name: repeat-claims, owner: ann, why: The same customer claims again and again.,
      when: 'history.same_subject_30d >= 20', then: refuse}}
  - {{name: first-three, owner: ann, why: The first three credits of a customer are routine.,
      match: credit.issue, when: 'history.subject_action_count < 3', then: auto}}
"""
#: rules let it issue any credit
FREELY = RULES.replace("when: 'history.subject_action_count < 3', ", "")


def credit(amount: str = "10.00", subject: str = "c-118", currency: str = "EUR") -> dict[str, Any]:
    """A credit as an agent asks for it."""
    arguments = {"amount": amount, "currency": currency}
    return refund(
        action={"name": "credit.issue", "arguments": arguments}, context={"subject": {"id": subject}}
    )


class RuledWorld(World):
    """A world with rules that read history."""

    policy = POLICY.replace("escalation_policies:", f"{RULES.strip(chr(10))}\nescalation_policies:").replace(
        "open_requests: 50", "open_requests: 1000000"
    )


class BudgetWorld(World):
    """A world whose agent may issue credits freely, as far as its budget goes."""

    policy = POLICY.replace("escalation_policies:", f"{FREELY.strip(chr(10))}\nescalation_policies:").replace(
        "open_requests: 50",
        "open_requests: 1000000, budget: {{automatic_per_day: 8, amount_per_day: 100 EUR}}",
    )


@pytest.fixture
async def ruled(database_url: str, tmp_path: Path) -> AsyncIterator[World]:
    """A world with rules that read history."""
    async with RuledWorld(database_url, tmp_path) as world:
        yield world


@pytest.fixture
async def budget(database_url: str, tmp_path: Path) -> AsyncIterator[World]:
    """A world whose agent has a budget."""
    async with BudgetWorld(database_url, tmp_path) as world:
        yield world


async def asked(world: World, bodies: Sequence[dict[str, Any]]) -> list[dict[str, Any]]:
    """What became of submissions that came at once."""
    answers = await asyncio.gather(*(world.agent.post("/v1/approvals", body) for body in bodies))
    found = [await answer.json() for answer in answers]
    assert {answer.status for answer in answers} == {201}, found
    return found


async def test_of_a_hundred_claims_at_once_exactly_three_run_by_themselves(ruled: World) -> None:
    found = await asked(ruled, [credit(subject=f"c-{n % 5}") for n in range(95)])

    ran = [one for one in found if one["status"] == "approved"]
    assert Counter(one["status"] for one in found) == {"approved": 15, "pending": 80}
    assert {one["ruling"]["rule"] for one in ran} == {"first-three"}
    again = await asked(ruled, [credit(subject="c-0") for _ in range(9)])
    assert Counter(one["status"] for one in again) == {"pending": 1, "rejected": 8}
    assert {one["ruling"]["rule"] for one in again if one["status"] == "rejected"} == {"repeat-claims"}


async def test_two_processes_together_let_three_run_by_themselves(
    postgres_database: str, tmp_path: Path
) -> None:
    async with RuledWorld(postgres_database, tmp_path) as world, _second(world) as http:
        bodies = [credit() for _ in range(18)]
        posts = [
            (world.agent.http if n % 2 else http).post("/v1/approvals", json=body)
            for n, body in enumerate(bodies)
        ]
        answers = [await answer.json() for answer in await asyncio.gather(*posts)]

    assert Counter(one["status"] for one in answers) == {"approved": 3, "pending": 15}


async def test_a_dry_run_says_what_the_next_one_would_get(ruled: World) -> None:
    for mode in ("auto", "auto", "auto", "gate"):
        told = await (await ruled.agent.post("/v1/approvals/dry-run", credit())).json()
        assert told["mode"] == mode
        await asked(ruled, [credit()])


async def test_the_ruling_keeps_what_it_read(ruled: World) -> None:
    *_, fourth = [await asked(ruled, [credit()]) for _ in range(4)]
    stored = await ruled.app.store.read(fourth[0]["id"])

    assert stored is not None
    assert stored.request.proposal.ruling.history == {"same_subject_30d": 3, "subject_action_count": 3}


async def test_a_budget_is_used_up_together_and_to_the_cent(budget: World) -> None:
    found = await asked(budget, [credit("33.33", subject=f"c-{n}") for n in range(12)])

    ran = [one for one in found if one["status"] == "approved"]
    assert len(ran) == 3
    gated = next(one for one in found if one["status"] == "pending")
    assert "Its agent may spend 100 EUR by itself in a day, and spent 99.99 EUR" in gated["ruling"]["why"]
    (last,) = await asked(budget, [credit("0.01")])
    assert last["status"] == "approved"


async def test_a_budget_limits_how_many_and_begins_anew_each_day(budget: World) -> None:
    found = await asked(budget, [credit("1.00", subject=f"c-{n}") for n in range(12)])
    assert Counter(one["status"] for one in found) == {"approved": 8, "pending": 4}

    budget.clock.advance(days=1)
    (next_day,) = await asked(budget, [credit("1.00")])
    assert next_day["status"] == "approved"


async def test_what_only_reads_uses_nothing_of_a_budget_and_is_never_held_back_by_it(budget: World) -> None:
    read = refund(action={"name": "order.read", "arguments": {"order": "4892"}})

    reads = await asked(budget, [read for _ in range(10)])
    issued = await asked(budget, [credit("1.00", subject=f"c-{n}") for n in range(9)])
    late = await asked(budget, [read])

    assert {one["ruling"]["rule"] for one in (*reads, *late)} == {"read-only"}
    assert {one["status"] for one in (*reads, *late)} == {"approved"}
    assert Counter(one["status"] for one in issued) == {"approved": 8, "pending": 1}


async def test_another_currency_than_the_budgets_is_for_people(budget: World) -> None:
    (found,) = await asked(budget, [credit("1.00", currency="USD")])

    assert found["status"] == "pending"
    assert "budget is in EUR, and this is in USD" in found["ruling"]["why"]
    await budget.settles()
    assert "budget is in EUR" in (await budget.slack.card("#support")).words
    await (await budget.slack.card("#support")).press("Approve", by=ANN)


def _second(world: World) -> Any:
    return _SecondProcess(world)


class _SecondProcess:
    """Another application on the same database and policy."""

    def __init__(self, world: World) -> None:
        self._world = world

    async def __aenter__(self) -> aiohttp.ClientSession:
        first = self._world.app
        self._app = App(first.settings, first.policy.current(), clock=self._world.clock)
        await self._app.start()
        self._server = TestServer(self._app.http())
        await self._server.start_server()
        self._http = aiohttp.ClientSession(
            str(self._server.make_url("/")), headers=self._world.agent.http.headers
        )
        return self._http

    async def __aexit__(self, *_: object) -> None:
        await self._http.close()
        await self._server.close()
        await self._app.close()
