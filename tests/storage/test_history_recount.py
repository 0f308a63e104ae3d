"""After any history, the counts are what counting the stored requests anew gives."""

from __future__ import annotations

import asyncio
import json
import random
from collections import defaultdict
from collections.abc import Iterator, Mapping
from datetime import timedelta
from decimal import Decimal
from typing import Any, TypeAlias

import pytest

from bot.domain.choice import Choice
from bot.domain.history import NAMES, HistoryScope
from bot.domain.moves import Move
from bot.domain.request import ApprovalRequest
from bot.domain.status import Mode
from bot.submissions import Submission
from storage.history_erasing import forget_subject
from storage.history_keys import action_part, agent_action_key, agent_key, subject_key
from storage.history_pruning import fold_days
from storage.stamps import to_stamp
from storage.store import SqlStore
from tests.builders import AGENT, a_press, a_reason, a_request
from tests.fakes.clock import MovedClock
from tests.storage.conftest import Opener
from tests.storage.losing import losing_at_random
from tests.storage.steps import a_submission, rows
from tests.storage.test_history_deciding import below, claims

#: key, action, day (0 for what is older than thirty days), currency
Cell: TypeAlias = tuple[str, str, int, str]
_NUMBERS = ("submitted", "automatic", "approved", "rejected", "amount")


async def stored(store: SqlStore) -> dict[Cell, dict[str, int]]:
    """What is counted, whichever process counted it."""
    sums = ", ".join(f"sum({name}) AS {name}" for name in _NUMBERS)
    found = await rows(
        store,
        f"SELECT key, action, day, currency, {sums} FROM history_count GROUP BY key, action, day, currency",
    )
    return {
        (row.key, row.action, row.day, row.currency): {name: int(getattr(row, name)) for name in _NUMBERS}
        for row in found
    }


async def recounted(store: SqlStore, today: int) -> dict[Cell, dict[str, int]]:
    """The same from the requests and their events."""
    counts: dict[Cell, dict[str, int]] = defaultdict(lambda: dict.fromkeys(_NUMBERS, 0))
    query = (
        "SELECT kind, at, facts, agent, proposal FROM audit_event JOIN approval ON approval.id = subject"
        " WHERE kind IN ('request.submitted', 'request.decided')"
    )
    for row in await rows(store, query):
        proposal = json.loads(row.proposal)
        found = _numbers(row.kind, json.loads(row.facts), proposal)
        day = row.at // (86_400 * 10**6)
        for cell in _cells(row.agent, proposal, day if day > today - 30 else 0, found):
            for name, number in found.items():
                counts[cell][name] += number
    return dict(counts)


def _numbers(kind: str, facts: Mapping[str, Any], proposal: Mapping[str, Any]) -> dict[str, int]:
    """What an event counts for."""
    if kind == "request.decided":
        return {"rejected" if facts["decision"] == "reject" else "approved": 1}
    if facts["mode"] not in ("auto", "notify", "veto"):
        return {"submitted": 1}
    amount = proposal.get("amount")
    spent = {} if amount is None else {"amount": int(Decimal(amount) * 10_000)}
    return {"submitted": 1, "automatic": 1, **spent}


def _cells(agent: str, proposal: Mapping[str, Any], day: int, found: Mapping[str, int]) -> Iterator[Cell]:
    """Where it is counted."""
    currency, action = proposal["currency"] if "amount" in found else "", proposal["action"]
    yield agent_action_key(agent, action), "", day, currency
    if proposal.get("subject"):
        yield subject_key(proposal["subject"]), action_part(action), day, currency
    if "automatic" in found:
        yield agent_key(agent), "", day, currency


class Day:
    """A day on which anything may come."""

    def __init__(self, dice: random.Random) -> None:
        self._dice = dice
        self._keys = 0

    def submission(self) -> Submission:
        """One by a rule that reads history, or one that is ruled on already; perhaps a replay."""
        dice = self._dice
        changes: dict[str, Any] = {
            "agent": dice.choice((AGENT, "other-bot")),
            "action": dice.choice(("refund.issue", "credit.issue")),
            "subject": dice.choice(("c-1", "c-2", None)),
            "amount": dice.choice((Decimal("0.01"), Decimal("19.99"), None)),
            "currency": dice.choice(("EUR", "USD")),
            "irreversible": dice.random() < 0.1,
        }
        self._keys += dice.random() < 0.7
        key = f"k{self._keys}"
        if dice.random() < 0.5:
            rule = below(dice.choice(sorted(NAMES)), dice.randrange(4))
            return claims(1, rule, keys=[key], body=key, **changes)[0]
        mode = dice.choice((*Mode,))
        window = timedelta(minutes=5) if mode is Mode.VETO else None
        return a_submission(a_request(mode=mode, window=window, **changes), key, idempotency_key=key)

    def press(self, request: ApprovalRequest) -> Move:
        """Somebody decides, or tries to."""
        choice = self._dice.choice((Choice.APPROVE, Choice.REJECT))
        reason = a_reason() if choice is Choice.REJECT else None
        return a_press(request, choice=choice, reason=reason)


@pytest.mark.parametrize("seed", range(4))
async def test_counts_are_what_counting_anew_gives(open_store: Opener, clock: MovedClock, seed: int) -> None:
    dice = random.Random(seed)
    stores = [open_store(commit=losing_at_random(seed), batch_over=1000)]
    if "postgres" in str(stores[0]._writes.url):
        stores.append(open_store(batch_over=1000))
    day = Day(dice)
    for _ in range(8):
        answers = await asyncio.gather(
            *(dice.choice(stores).submit(day.submission()) for _ in range(dice.randrange(16)))
        )
        requests = [answer.request for answer in answers if answer.request is not None]
        moves = [day.press(dice.choice(requests)) for _ in range(dice.randrange(9)) if requests]
        await asyncio.gather(*(dice.choice(stores).move(move) for move in moves))
        clock.advance(days=dice.choice((0, 0, 1, 17)), hours=3)
    while await stores[0].write(lambda connection, batch: fold_days(connection, batch, 3)):
        pass

    today = to_stamp(clock()) // (86_400 * 10**6)
    assert await stored(stores[0]) == await recounted(stores[0], today)


async def test_a_forgotten_subject_begins_at_nothing(store: SqlStore) -> None:
    for subject in ("c-1", "c-2"):
        await store.submit(a_submission(a_request(subject=subject)))
    assert await store.write(lambda connection, _: forget_subject(connection, "c-1")) == 1

    for subject, count in (("c-1", 0), ("c-2", 1)):
        scope = HistoryScope(agent=AGENT, action="refund.issue", subject=subject)
        history = await store.history(scope, {"same_subject_30d", "agent_action_count"})
        assert (history.same_subject_30d, history.agent_action_count) == (count, 2)
