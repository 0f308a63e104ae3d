"""A desk that began with a ready-made policy: its agent asks over HTTP, its people decide in Slack.

async with Desk(database_url, folder, "support-refunds") as desk:
    asked = await desk.asks(refund("100.01"))
    await (await desk.card("support")).press("Approve", by=ANN)
"""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from sqlalchemy import select

from bot.policy.ready import ready_policy
from storage.audit_tables import AuditRow
from tests.fakes.clock import START
from tests.fakes.slack_screen import Card
from tests.fakes.slack_workspace import Account
from tests.flows.world import ANN, BEN, CAT, World
from tests.policy.packets import merged

FAY, MIA, EVA, DAN = "U01FAY", "U01MIA", "U01EVA", "U01DAN"
_PEOPLE = {"ann": ANN, "ben": BEN, "cat": CAT, "fay": FAY, "mia": MIA, "eva": EVA, "dan": DAN}
_AGENTS = {
    "support-refunds": "support-bot",
    "outbound-messages": "writer-bot",
    "account-changes": "account-bot",
    "infrastructure": "ops-bot",
}

_audit = AuditRow.__table__  # type: ignore[attr-defined]  # SQLModel adds it at class creation


@dataclass(frozen=True, slots=True)
class Written:
    """An event as the audit trail has it."""

    kind: str
    actor: str
    facts: dict[str, Any]
    #: what is erasable, as it is stored
    private: str


class Desk(World):
    """One installation with a ready-made policy, adapted where its comments say CHANGE."""

    def __init__(self, database_url: str, folder: Path, name: str, *, seasoned: bool = True) -> None:
        """`seasoned`: people have seen enough of what the agent does, and no quality checks come up."""
        super().__init__(database_url, folder)
        self.agent_name = _AGENTS[name]
        self.policy = _connected(_seasoned(name) if seasoned else ready_policy(name, START.date()))
        for room in re.findall(r'"slack:#([a-z-]+)', self.policy):
            self.slack.add_channel(room)
        for person, user in _PEOPLE.items():
            self.slack.workspace.accounts.setdefault(user, Account(id=user, name=person.title()))
        self._customers = 0

    async def asks(self, body: dict[str, Any], *, of: str = "") -> dict[str, Any]:
        """The agent asks, for another customer each time unless one is named; what is due is carried out."""
        # Cards that come within seconds are collected into one.
        self.clock.advance(minutes=1)
        self._customers += 1
        customer = {"context": {"subject": {"id": of or f"c-{self._customers}"}}}
        asked = await self.agent.asks(**merged(body, customer))
        await self.settles()
        return asked

    async def refused(self, body: dict[str, Any]) -> dict[str, Any]:
        """The agent asks for what cannot be asked for; the problem that it gets."""
        answer = await self.agent.post("/v1/approvals", {"reasoning": "Because.", **body})
        problem: dict[str, Any] = await answer.json(content_type=None)
        assert answer.status == 422, problem
        return problem

    async def card(self, room: str, number: int = -1) -> Card:
        """The newest card in a channel, or another one."""
        return await self.slack.card(f"#{room}", number=number)

    async def presses(self, room: str, label: str, *, by: str) -> None:
        """Somebody presses a button of the newest card, and what follows from it happens."""
        await (await self.card(room)).press(label, by=by)
        await self.settles()

    async def rules_first(self, rule: str) -> None:
        """Somebody puts a rule at the top of the file."""
        await self.policy_says("\nrules:\n", f"\nrules:\n  - {rule}\n")


async def written(world: World, request_id: str) -> list[Written]:
    """Everything that the audit trail says about a request, in the order in which it happened."""
    query = select(_audit).where(_audit.c.subject == request_id).order_by(_audit.c.seq)
    rows = await world.app.store.query(lambda connection: connection.execute(query).all())
    return [Written(row.kind, row.actor, json.loads(row.facts), str(row.private)) for row in rows]


def _seasoned(name: str) -> str:
    text = ready_policy(name, START.date())
    text = re.sub(r"(history\.agent_action\w* <) \d+", r"\1 0", text)
    return re.sub(r"sample: 0\.\d+", "sample: 0.0", text)


def _connected(text: str) -> str:
    """People have accounts, cards go to Slack as well, and the agent takes callbacks."""
    for person, user in _PEOPLE.items():
        text = text.replace(f"\n  {person}: {{name: ", f"\n  {person}: {{slack: {user}, name: ")
    text = re.sub(r'"web:([a-z-]+)"', r'"web:\1", "slack:#\1"', text)
    text = text.replace("    owner: cat\n", '    owner: cat\n    callback: {url: "CALLBACK"}\n', 1)
    return text.replace("{", "{{").replace("}", "}}").replace("CALLBACK", "{callback}")
