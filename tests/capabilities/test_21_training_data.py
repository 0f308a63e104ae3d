"""What people corrected becomes data to train on: examples, and pairs of what was preferred to what."""

import csv
import io
import json
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest

from bot.domain.form import key_of
from tests.capabilities.operating import Operator, operator
from tests.fakes.browser import Browser
from tests.flows.test_editing import EditingWorld
from tests.flows.world import ANN, BEN, refund

__all__ = ["operator"]

CARD_NUMBER = "4111111111111111"


class CorrectedWorld(EditingWorld):
    """People approve, change and reject refunds."""

    async def refund(self, amount: str, **more: Any) -> str:
        """A refund that waits with its card up."""
        await self.later(seconds=2)
        body = refund(amount, **more)
        request = str((await self.agent.asks(action=body["action"], context=body["context"]))["id"])
        await self.settles()
        return request

    async def approved(self, amount: str, **more: Any) -> str:
        """A refund that Ann approved as it came."""
        request = await self.refund(amount, **more)
        await (await self.slack.card("#support")).press("Approve", by=ANN)
        await self.settles()
        return request

    async def edited(self, amount: str, *, to: str) -> str:
        """A refund of which Ann changed the amount."""
        request = await self.refund(amount)
        view = await self.edits(ANN, Amount=to)
        await view.submit()
        await view.expect("Approved with your changes.")
        await self.settles()
        return request

    async def rejected(self, amount: str, reason: str, words: str = "") -> str:
        """A refund to which Ben said no."""
        request = await self.refund(amount)
        await (await self.slack.card("#support")).press("Reject", by=BEN)
        view = await self.slack.view(BEN, "Reject")
        await view.submit({"Why not?": reason, "In your words": words})
        await self.settles()
        return request

    async def corrected(self, request: str, *, to: str) -> None:
        """Ben says in the browser what the amount should have been, after it was decided."""
        assert self._server is not None
        browser = Browser(str(self._server.make_url("")).rstrip("/"))
        page = await browser.get(f"/sign-in/{await self.app.sessions.create_link('ben')}")
        await browser.send(page.forms[0])
        there = f"/requests/{request}/correct"
        form = (await browser.get(there)).form(there)
        changes = await browser.fill(form, {key_of(("amount",)): to})
        await browser.send(changes.form(f"/requests/{request}/correction"))
        await browser.close()

    async def ends(self, request: str, outcome: str) -> None:
        """The agent says what came of it."""
        answer = await self.agent.post(f"/v1/approvals/{request}/outcome", {"status": outcome})
        assert answer.status == 200


@pytest.fixture
async def world(database_url: str, tmp_path: Path) -> AsyncIterator[CorrectedWorld]:
    async with CorrectedWorld(database_url, tmp_path) as world:
        yield world


async def test_corrections_become_examples_and_preference_pairs(
    world: CorrectedWorld, operator: Operator
) -> None:
    approved = await world.approved("11.00")
    edited = await world.edited("240.00", to="200.00")
    rejected = await world.rejected("99.00", "The facts are wrong", "It arrived.")
    taken_over = await world.rejected("88.00", "I take over from here")
    went_wrong = await world.approved("77.00")
    await world.ends(went_wrong, "failed")
    corrected = await world.approved("55.00")
    await world.corrected(corrected, to="5.50")
    await world.refund("66.00")

    examples = {each["metadata"]["request"]: each for each in await operator.lines("export", "sft")}
    assert set(examples) == {approved, edited, corrected}, "what went wrong or was not approved is no example"
    # An edit teaches what the reviewer made of it, from what was known before the agent proposed anything.
    prompt, answer = examples[edited]["messages"][1:]
    assert said(answer)["arguments"] == {
        "order": "4892",
        "amount": "200.00",
        "currency": "EUR",
        "card_number": "[masked]",
    }
    assert said(prompt)["subject"]["id"] == "c-118"
    assert "carrier confirmed" not in prompt["content"], "the agent's reasoning is no part of the question"

    pairs = {each["metadata"]["request"]: each for each in await operator.lines("export", "preferences")}
    assert set(pairs) == {edited, corrected, rejected}, f"{taken_over} judges nothing"
    assert amounts(pairs[edited]) == ("200.00", "240.00")
    assert amounts(pairs[corrected]) == ("5.50", "55.00"), "it was approved, and corrected afterwards"
    assert said(pairs[rejected]["chosen"][0]) == {
        "name": None,
        "reason": {"why": "the facts are wrong", "words": "It arrived."},
    }
    assert said(pairs[rejected]["rejected"][0])["arguments"]["amount"] == "99.00"
    assert CARD_NUMBER not in json.dumps([*examples.values(), *pairs.values()])


async def test_decisions_become_rows_that_a_spreadsheet_does_not_run_and_the_erased_stay_out(
    world: CorrectedWorld, operator: Operator
) -> None:
    sum_of = {"subject": {"id": "c-200", "name": "Mallory"}}
    kept = await world.rejected("12.00", "Too risky", '=HYPERLINK("https://evil.example")')
    erased = await world.approved("13.00", context=sum_of)
    await world.ends(erased, "succeeded")
    assert (await operator.runs("erase", "--subject", "c-200", "--yes")).code == 0

    exported = await operator.runs("export", "decisions", "--format", "csv")

    assert "1 written; 1 were left out, because they were erased." in exported.err
    [row] = csv.DictReader(io.StringIO(exported.out, newline=""))
    assert (row["id"], row["decided_by"], row["reason_code"]) == (kept, "ben", "too_risky")
    assert row["reason_text"].startswith("'=")
    assert CARD_NUMBER not in exported.out


def said(message: dict[str, str]) -> Any:
    """What a message of an example says, which is JSON."""
    return json.loads(message["content"])


def amounts(pair: dict[str, Any]) -> tuple[str, str]:
    """What was preferred, and to what."""
    [chosen], [rejected] = pair["chosen"], pair["rejected"]
    return said(chosen)["arguments"]["amount"], said(rejected)["arguments"]["amount"]
