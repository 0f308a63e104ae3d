"""A crowd on one card, through every door at once: one decision, and an answer for everybody."""

import asyncio
from collections import Counter
from collections.abc import AsyncIterator, Awaitable, Sequence
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import text

from bot.domain.events import EventKind
from storage.verifying import verify
from tests.fakes.browser import Browser, Form
from tests.fakes.slack_workspace import Account
from tests.flows.office import USERS, Office
from tests.flows.world import STRANGER

#: a third of them through each door
PRESSES = 1_000
_AT_ONCE = 60
_PEOPLE = ("Ann", "Ben", "Ann", "Ben", "Cat")


@pytest.fixture
async def world(database_url: str, tmp_path: Path) -> AsyncIterator[Office]:
    """A whole installation, with the app in the team."""
    async with Office(database_url, tmp_path) as world:
        await world.installs()
        yield world


async def test_a_thousand_presses_through_every_door_are_one_decision(world: Office) -> None:
    asked = await world.asked()
    ours = [await _in_slack(world), await _in_teams(world), await _in_browsers(world, asked)]
    presses = [press for several in zip(*ours, strict=True) for press in several]
    answers: list[int] = []
    for start in range(0, len(presses), _AT_ONCE):
        answers += await asyncio.gather(*presses[start : start + _AT_ONCE])

    assert set(answers) == {200}
    assert len(answers) >= PRESSES
    approval = await world.agent.sees(asked)
    assert (approval["status"], len(approval["votes"])) == ("approved", 1)
    happened = await _happened(world, asked)
    assert happened[EventKind.REQUEST_DECIDED] == happened[EventKind.VOTE_CAST] == 1
    refused, others = happened[EventKind.PRESS_REFUSED], happened[EventKind.VOTE_CAST]
    assert refused + others == len(answers)
    await world.later(minutes=1)
    assert world.agent.told() == ["approval.approved"]


async def _in_slack(world: Office) -> Sequence[Awaitable[int]]:
    world.slack.workspace.accounts[STRANGER] = Account(id=STRANGER, name="sam")
    card = await world.slack.card("#support")
    users = [*(USERS.get(name, "U01CAT") for name in _PEOPLE), STRANGER]
    payloads = [card.payload("Approve", by=users[n % len(users)]) for n in range(PRESSES // 3 + 1)]

    async def deliver(payload: dict[str, Any]) -> int:
        return (await world.slack.deliver(payload)).status

    return [deliver(payload) for payload in payloads]


async def _in_teams(world: Office) -> Sequence[Awaitable[int]]:
    card = await world.teams_card()
    approve = next(each for each in (card.card or {})["actions"] if each["title"] == "Approve")

    async def press(by: str) -> int:
        return (await world.teams.execute(card, approve, by=by)).status

    return [press(_PEOPLE[n % len(_PEOPLE)]) for n in range(PRESSES // 3 + 1)]


async def _in_browsers(world: Office, asked: str) -> Sequence[Awaitable[int]]:
    forms: list[tuple[Browser, Form]] = []
    for name in ("Ann", "Ben"):
        page = await world.page(name, asked)
        form = page.form(f"/requests/{asked}/press", choice="approve")
        forms.append((world.browsers[name], form))

    async def press(number: int) -> int:
        browser, form = forms[number % 2]
        fields = form.fields | {"nonce": f"cmd_{number:026d}"}
        return (await browser.post(form.action, fields, headers={"Accept": "application/json"})).status

    return [press(number) for number in range(PRESSES // 3 + 1)]


async def _happened(world: Office, asked: str) -> Counter[str]:
    """How often each kind of event is on record, in a chain that verifies."""
    store = world.app.store
    report = await store.query(lambda connection: verify(connection, lambda *_: True))
    assert report.problems == []
    kinds = text("SELECT kind FROM audit_event WHERE subject = :asked")
    rows = await store.query(lambda connection: connection.execute(kinds, {"asked": asked}).all())
    return Counter(row.kind for row in rows)
